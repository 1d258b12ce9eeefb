"""Reports of the labour-export side: numbers that open the list behind them, tables, charts."""
