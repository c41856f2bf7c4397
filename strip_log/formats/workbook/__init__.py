"""The parts of a workbook: how cells look, the sheets, and the paper that they are printed on."""
