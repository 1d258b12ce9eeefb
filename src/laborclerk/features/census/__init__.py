"""The census: rounds, frame, visits, the household form, its checks, sheets and paper."""
