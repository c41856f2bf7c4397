"""Where the header of a sheet is, and which field each of its columns is."""
