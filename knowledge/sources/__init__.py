"""Where documents come from by themselves: folders, web pages and sitemaps, read anew on a schedule."""
