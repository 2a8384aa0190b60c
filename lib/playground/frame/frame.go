// Package frame shows the playground in a lesson.
package frame

import (
	"fmt"

	"nncourse/lib/nb"
	"nncourse/lib/playground"
	"nncourse/lib/plots"
)

// Picture draws a session as it stands: what the network answers over the plane, and the points (training points filled).
func Picture(p *playground.Session) (*plots.Figure, error) {
	var clouds []plots.Cloud
	train, test := p.Points()
	for class := range 2 {
		c := plots.Cloud{Name: fmt.Sprintf("class %d", class)}
		for _, q := range append(train[:len(train):len(train)], test...) {
			if q.Class == class {
				c.X, c.Y = append(c.X, q.X), append(c.Y, q.Y)
			}
		}
		clouds = append(clouds, c)
	}
	s := p.State()
	loss, held := p.Loss()
	r := playground.Range
	return plots.Boundary(fmt.Sprintf("The playground at epoch %d: a network with hidden layers %v (%s) on the set %s. The plane is coloured by its answer, with the border between the classes; training loss %.3f, test loss %.3f.",
		s.Epoch, s.Hidden, s.Activation, s.Data, loss, held),
		plots.Axes{Title: fmt.Sprintf("epoch %d, loss %.3f", s.Epoch, loss), X: "x", Y: "y", XMin: -r, XMax: r, YMin: -r, YMax: r, Width: 460, Height: 460}, p.Answer, plots.BoundaryOptions{}, clouds...)
}

// Show puts the playground, at the state, into a notebook: live where Jupyter's server has its page (`go tool course setup`
// makes it), and Picture everywhere else: in a static rendering, in a notebook that is not trusted, without the server.
func Show(s playground.State) {
	p, err := playground.New(s)
	if err != nil {
		nb.Check(err)
		return
	}
	nb.Live(nb.Must(Picture(p)), "course-playground", map[string]string{"link": s.Link()},
		"A frame of the playground. Run this cell in JupyterLab to play, or write the page with: go tool course playground", script)
}

// script puts the page in the picture's place if Jupyter's server has it.
const script = `(function () {
  function start() {
    document.querySelectorAll(".course-playground:not([data-on])").forEach(function (box) {
      box.dataset.on = "1";
      var config = document.getElementById("jupyter-config-data");
      if (!config) return;
      var address = JSON.parse(config.textContent).baseUrl + "static/course-playground.html";
      fetch(address, { method: "HEAD" }).then(function (answer) {
        if (!answer.ok) return;
        var page = document.createElement("iframe");
        page.src = address + "?embed#" + box.dataset.link;
        page.title = "Playground";
        page.style.cssText = "width:100%;height:820px;border:1px solid #8888;border-radius:6px";
        page.allow = "clipboard-write";
        box.replaceChildren(page);
      });
    });
  }
  start();
  setTimeout(start, 0);
})();`
