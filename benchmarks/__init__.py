"""Speed, scale and accuracy, measured in one run against a floor and named peers. Not part of the package."""
