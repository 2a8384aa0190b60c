# Sphinx's configuration of the course's site. `course site` writes the sources beside this file; see package site.
import importlib.metadata
import os
import shutil

from docutils import nodes

project = "Neural networks in Go"
html_title = project
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
exclude_patterns = ["_go", "_templates"]
html_use_index = False
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}

# The lessons are shown with the outputs that they were stored with.
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "docutils.nodes.make_id"
# A heading may be deeper than its neighbour; GoNB's own commands (%%, !) in a cell are not Go.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

html_theme = "sphinx_book_theme"
html_theme_options = {
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "logo": {"text": project},
    "navbar_persistent": [],
    "home_page_in_toc": True,
    "navigation_with_keys": True,
    "collapse_navbar": True,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "use_edit_page_button": False,
    "use_source_button": False,
    "use_issues_button": False,
    "use_repository_button": False,
}
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["site.css", "widgets.css"]
html_js_files = [("site.js", {"defer": "defer"}), ("widgets.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_last_updated_fmt = None

# MathJax lies in the site. Its menu would make each formula a stop of the tabulator.
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False, "enableAssistiveMml": True}, "loader": {"load": []}}


def _mathjax(target):
    """Copies what a page needs of MathJax: one script, and the fonts of its output."""
    for f in importlib.metadata.files("sphinx-mathjax-offline"):
        _, mark, inner = str(f).replace(os.sep, "/").partition("/static/mathjax/")
        if mark and (inner == "tex-chtml.js" or inner.startswith("output/chtml/fonts/woff-v2/")):
            out = os.path.join(target, *inner.split("/"))
            os.makedirs(os.path.dirname(out), exist_ok=True)
            shutil.copyfile(f.locate(), out)


def _anchors(app, tree):
    """Gives each line of an included Go file an address: FILE-LINE."""
    for block in tree.findall(nodes.literal_block):
        source = block.get("source", "")
        if source.endswith(".go"):
            block.setdefault("highlight_args", {})["lineanchors"] = os.path.basename(source)


def setup(app):
    _mathjax(os.path.join(app.srcdir, "_static", "mathjax"))
    app.connect("doctree-read", _anchors)
