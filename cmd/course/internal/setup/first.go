package setup

// FirstNotebook prints, then computes 1² + 2² + 3² on the course's backend twice; the second time nothing is compiled
// that the first did not.
const FirstNotebook = `{
 "metadata": {"kernelspec": {"name": "gonb", "display_name": "Go (course)", "language": "go"}},
 "nbformat": 4, "nbformat_minor": 5,
 "cells": [
  {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": null,
   "source": "%%\nfmt.Println(\"ready\")"},
  {"cell_type": "code", "id": "b", "metadata": {}, "outputs": [], "execution_count": null,
   "source": "import (\n\t\"context\"\n\t\"github.com/gomlx/gomlx/core/graph\"\n\t\"nncourse/lib/backend\"\n)\n\nfunc squares(x ...float32) {\n\tb, err := backend.New(context.Background())\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tout, err := graph.ExecOnce(b, func(x *graph.Node) *graph.Node { return graph.ReduceAllSum(graph.Square(x)) }, x)\n\tfmt.Println(b.Name(), out, err)\n}\n\n%%\nsquares(1, 2, 3)"},
  {"cell_type": "code", "id": "c", "metadata": {}, "outputs": [], "execution_count": null,
   "source": "%%\nsquares(1, 2, 4)"}
 ]
}
`
