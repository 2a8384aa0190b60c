// Package plots draws the figures of the course: curves, grids of pictures,
// decision boundaries, heat maps, bars, histograms, contours, the cells of an
// arrangement, and panels of these.
//
// A figure is made by one call and is finished: SVG and PNG bytes of the same
// picture, drawn by gonum.org/v1/plot's canvases.
//
//	fig, err := plots.Curves("Loss falls from 2.3 to 0.1 in 200 steps.",
//		plots.Axes{Title: "Training", X: "step", Y: "loss", LogY: true},
//		plots.Series{Name: "SGD", X: step, Y: loss})
//
// The first argument of every function is the alternative text: what a reader who
// cannot see the picture must know. It is required; an empty or a trivially short
// one is an error.
//
// Conventions:
//
//   - Series differ by colour and by dash and marker, regions and bars by colour and
//     hatching, so that no reading depends on colour alone. The colours are those of
//     Okabe and Ito (2008), each moved a little until all stand out from the card by 3:1
//     (WCAG 2.1, 1.4.11) and differ to eyes without one of the three cones.
//   - Heat maps run from dark violet to light yellow with even steps of lightness; signed
//     values from blue over white to vermillion.
//   - A figure is an opaque white card with dark text, legible on a light and on a
//     dark page. Lengths are CSS pixels; the PNG has two device pixels for each.
//   - The same input gives the same bytes.
//   - Wrong input (lengths that differ, NaN or ±Inf, a logarithmic axis with values
//     ≤ 0, nothing to draw) is an error that names series and index.
//
// The fonts are Liberation Sans, which the program carries; the SVG names it with
// Arial and Helvetica, which have the same widths. A character the font lacks is an
// error, as it would be an empty box in the PNG. Unicode superscripts and subscripts
// of digits, signs and a few letters are set by the package itself.
package plots
