"""The pure half of the design system: HTML and SVG as text, colours, the sign. pages/parts shows them.

Every text that goes in is escaped here (`text.escape`), and every address that comes out is one on this server.
"""
