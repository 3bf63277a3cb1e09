"""Models of what a customer will still bring: contracts that are renewed or not (sbg), purchases that come back or not
(bg_nbd) and what one is worth (gamma_gamma), with the small search for their parameters (search).

Plain numbers and numpy arrays in and out. What is read and written as tables is in `metrics/contract_outlook.py` and
`metrics/purchase_outlook.py`.
"""
