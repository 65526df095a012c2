"""What meter data costs: a charging hour counted, and whole car parks at the pace of their charge points."""
