"""Files made with a known truth, to measure the readers on: each maker gives the bytes and what stands in them."""
