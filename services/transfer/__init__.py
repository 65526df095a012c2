"""Everything a store holds, out to a file and in again; documents of older schemas made new."""
