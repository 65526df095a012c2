// What every page of the dashboard needs beside htmx.
