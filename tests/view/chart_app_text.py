"""A text with everything in it that Streamlit's markdown would make something of."""

NASTY = (
    r"*a* _b_ `c` $x$ $$y$$ :red[z] :material/home: :smile: <b>d</b> # e [f](http://g.h) www.i.jk l@m.no "
    r"https://p.q ~~r~~ | s | -> 1. t \ & &amp; -- >= :streamlit: ![u](v) :red-background[w] ==x=="
)
