"""打印: every paper with what it holds, a preview, and the ways out."""
