"""A text with everything that Streamlit's Markdown would interpret."""

NASTY = (
    r"*a* _b_ `c` $x$ $$y$$ :red[z] :material/home: :smile: <b>d</b> # e [f](http://g.h) www.i.jk l@m.no "
    r"https://p.q ~~r~~ | s | -> 1. t \ & &amp; -- >= :streamlit: ![u](v) :red-background[w] ==x=="
)
