"""The pure half of the design system: HTML and SVG as text, colours, the logo. pages/parts displays them.

Every text is escaped here (`text.escape`), and every address made here is one on this server.
"""
