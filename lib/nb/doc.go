// Package nb shows figures, tables, claims and progress in a GoNB cell, and the same
// in a plain terminal, so that the code of a cell also runs as a program.
//
//	fig := nb.Must(plots.Curves("…", plots.Axes{}, plots.Series{Y: loss}))
//	nb.Show(fig)
//	nb.Claim(loss[99] < 0.1, "after 100 steps the loss is %.3f", loss[99])
//
// # How a figure reaches the reader
//
// A figure is one output with three forms: text/html, an <img> whose source is the SVG
// as a data address and whose alt is the figure's text; image/png for programs that
// know no HTML, such as the export to PDF; text/plain, the text alone. Only one of them
// is shown. Why the HTML, tried with JupyterLab 4.6.6 and nbconvert 7.17.2:
//
//   - JupyterLab draws image/svg+xml and image/png as an <img> without alt. It reads
//     width, height and unconfined from the metadata, and nothing else.
//   - nbconvert takes metadata's alt for image/png, and not for image/svg+xml; where
//     there is none it writes "No description has been provided for this image".
//   - JupyterLab does not draw image/svg+xml in a notebook that is not trusted, which is
//     every notebook made elsewhere until it is run.
//   - An <img> with alt, width, height and a data address stays as it is in a trusted
//     JupyterLab, through the sanitiser of an untrusted one, and in nbconvert's page.
//     The sanitiser drops scripts and ids, disables inputs, and keeps the attribute
//     hidden only if it has a value: Frames relies on these.
//
// An SVG as an image cannot load anything and uses the reader's fonts.
//
// # Order
//
// Printed text and rich output reach the kernel by two pipes. Each function here waits
// until the kernel has read what was printed before, and until it has passed on what it
// shows; so outputs come in the order of the program, and nothing is lost when a cell
// ends through os.Exit. (A front-end may still sort: nbclient's coalesce_streams puts
// all of a cell's printed text in one place.)
package nb
