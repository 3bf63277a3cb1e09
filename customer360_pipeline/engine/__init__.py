"""Where tables are made: the engine, the table files and the catalogue of all of them."""
