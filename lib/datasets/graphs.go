package datasets

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Network is one undirected graph whose nodes have classes.
type Network struct {
	Source  string
	N       int
	Edges   [][2]int  // a < b, each once
	Weight  []float64 // of the edges, nil for none
	Words   [][]int   // [N] which of D binary features are 1, nil for none
	D       int
	Y       []int // [N] indices of Classes
	Classes []string
	Train   []int // nodes whose labels a classifier may see; nil where the source has no split
	Valid   []int
	Test    []int
}

// Compound is a graph with a class: kinds of nodes, and of edges.
type Compound struct {
	Kind  []int    // [n] of the nodes: indices of Compounds.Kinds
	Edges [][2]int // a < b, each once
	Bond  []int    // [m] of the edges: indices of Compounds.Bonds
	Y     int      // 0 or 1
}

// Compounds are many small graphs.
type Compounds struct {
	Source       string
	Graphs       []*Compound
	Kinds, Bonds []string
}

// Karate reads Zachary's karate club (1977): 34 members, 78 ties with the number of places where the two met, and the side that each took
// when the club split, 0 for the teacher "Mr. Hi". The error is ErrAbsent where the files are nowhere, or a *FileError.
func Karate() (*Network, error) {
	path, nodes, err := graphTable("karate", "nodes.csv", 2)
	if err != nil {
		return nil, err
	}
	net := &Network{N: len(nodes), Classes: []string{"Mr. Hi", "Officer"}, Source: "Zachary's karate club (" + tidy(path) + ")"}
	for i, row := range nodes {
		y := slices.Index(net.Classes, row[1])
		if y < 0 || row[0] != strconv.Itoa(i) {
			return nil, fault(path, -1, fmt.Sprintf("row %d is %q", i+1, row), nil)
		}
		net.Y = append(net.Y, y)
	}
	return net, net.readEdges("karate", 3)
}

// Cora reads the citation graph of 2708 papers in 7 classes with 1433 words (McCallum et al. 2000; Sen et al. 2008), and the split of
// Planetoid (Yang, Cohen, Salakhutdinov 2016): 20 labels a class to train on, 500 to validate, 1000 to test. The error is ErrAbsent where
// the files are nowhere, or a *FileError.
func Cora() (*Network, error) {
	path, nodes, err := graphTable("cora", "nodes.csv", 3)
	if err != nil {
		return nil, err
	}
	net := &Network{N: len(nodes), D: 1433, Source: "Cora, 2708 papers (" + tidy(path) + ")"}
	for k := range 7 {
		net.Classes = append(net.Classes, fmt.Sprintf("class %d", k))
	}
	for i, row := range nodes {
		y, err := strconv.Atoi(row[1])
		if err != nil || y < 0 || y >= 7 || row[0] != strconv.Itoa(i) {
			return nil, fault(path, -1, fmt.Sprintf("row %d is %q", i+1, row), err)
		}
		net.Y = append(net.Y, y)
		switch row[2] {
		case "train":
			net.Train = append(net.Train, i)
		case "val":
			net.Valid = append(net.Valid, i)
		case "test":
			net.Test = append(net.Test, i)
		}
	}
	path, words, err := graphTable("cora", "features.csv", 2)
	if err != nil {
		return nil, err
	}
	if len(words) != net.N {
		return nil, fault(path, -1, fmt.Sprintf("%d rows for %d nodes", len(words), net.N), nil)
	}
	for i, row := range words {
		var w []int
		for _, s := range strings.Fields(row[1]) {
			k, err := strconv.Atoi(s)
			if err != nil || k < 0 || k >= net.D {
				return nil, fault(path, -1, fmt.Sprintf("row %d has the word %q", i+1, s), err)
			}
			w = append(w, k)
		}
		net.Words = append(net.Words, w)
	}
	return net, net.readEdges("cora", 2)
}

func (net *Network) readEdges(folder string, columns int) error {
	path, rows, err := graphTable(folder, "edges.csv", columns)
	if err != nil {
		return err
	}
	for i, row := range rows {
		var v [3]int
		for j, s := range row {
			if v[j], err = strconv.Atoi(s); err != nil || j < 2 && (v[j] < 0 || v[j] >= net.N) {
				return fault(path, -1, fmt.Sprintf("row %d is %q", i+1, row), err)
			}
		}
		net.Edges = append(net.Edges, [2]int{v[0], v[1]})
		if columns == 3 {
			net.Weight = append(net.Weight, float64(v[2]))
		}
	}
	return nil
}

// MUTAG reads the 188 nitro compounds of Debnath et al. (1991), as graphs of atoms without hydrogen; class 1 is mutagenic. The error is
// ErrAbsent where the files are nowhere, or a *FileError.
func MUTAG() (*Compounds, error) {
	column := map[string][][2]int{}
	var path string
	for _, name := range []string{"A", "edge_labels", "graph_indicator", "graph_labels", "node_labels"} {
		var raw string
		var err error
		if path, raw, err = checkedFile("mutag", "mutag", "MUTAG_"+name+".txt"); err != nil {
			return nil, err
		}
		for i, line := range strings.Split(strings.TrimSpace(raw), "\n") {
			var v [2]int
			for j, s := range strings.SplitN(line, ",", 2) {
				if v[j], err = strconv.Atoi(strings.TrimSpace(s)); err != nil {
					return nil, fault(path, -1, fmt.Sprintf("line %d is %q", i+1, line), err)
				}
			}
			column[name] = append(column[name], v)
		}
	}
	set := &Compounds{Kinds: []string{"C", "N", "O", "F", "I", "Cl", "Br"}, Bonds: []string{"aromatic", "single", "double", "triple"}}
	for _, v := range column["graph_labels"] {
		set.Graphs = append(set.Graphs, &Compound{Y: (v[0] + 1) / 2})
	}
	start := make([]int, len(set.Graphs)) // the number of its first atom
	for i, v := range column["graph_indicator"] {
		g := set.Graphs[v[0]-1]
		if len(g.Kind) == 0 {
			start[v[0]-1] = i
		}
		g.Kind = append(g.Kind, column["node_labels"][i][0])
	}
	for e, v := range column["A"] {
		k := column["graph_indicator"][v[0]-1][0] - 1
		if v[0] < v[1] {
			set.Graphs[k].Edges = append(set.Graphs[k].Edges, [2]int{v[0] - 1 - start[k], v[1] - 1 - start[k]})
			set.Graphs[k].Bond = append(set.Graphs[k].Bond, column["edge_labels"][e][0])
		}
	}
	set.Source = fmt.Sprintf("MUTAG, %d compounds (%s)", len(set.Graphs), tidy(path))
	return set, nil
}

// Papers generates a network with what matters of Cora: n nodes in as many classes as asked, evenly; each picks about two others to be joined to, with
// probability ¾ of its own class; of 40·classes words it has eight, half of them from the 40 of its class. 20 labels a class are to
// train on, a quarter of the rest is to validate, the others to test.
func Papers(n, classes int, rng *rand.Rand) *Network {
	if classes < 2 || n < 40*classes {
		panic(fmt.Sprintf("datasets: Papers: %d nodes in %d classes", n, classes))
	}
	net := &Network{N: n, D: 40 * classes, Source: fmt.Sprintf("generated, %d nodes in %d communities", n, classes)}
	for k := range classes {
		net.Classes = append(net.Classes, fmt.Sprintf("class %d", k))
	}
	seen := map[[2]int]bool{}
	for i := range n {
		y := i % classes
		net.Y = append(net.Y, y)
		var words []int
		for len(words) < 8 {
			w := rng.IntN(net.D)
			if rng.IntN(2) == 0 {
				w = 40*y + rng.IntN(40)
			}
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		slices.Sort(words)
		net.Words = append(net.Words, words)
		for range 2 {
			j := rng.IntN(n)
			if rng.IntN(4) > 0 {
				j = j/classes*classes + y
			}
			if e := [2]int{min(i, j), max(i, j)}; j < n && i != j && !seen[e] {
				seen[e] = true
				net.Edges = append(net.Edges, e)
			}
		}
		switch {
		case i < 20*classes:
			net.Train = append(net.Train, i)
		case i%4 == 0:
			net.Valid = append(net.Valid, i)
		default:
			net.Test = append(net.Test, i)
		}
	}
	return net
}

// Circle generates a club of n members in two halves: friends in one's own half are common, in the other rare. Nodes 0 and n−1 are the heads,
// joined to two of three of their halves.
func Circle(n int, rng *rand.Rand) *Network {
	net := &Network{N: n, Classes: []string{"first half", "second half"}, Source: fmt.Sprintf("generated, a club of %d", n)}
	for i := range n {
		net.Y = append(net.Y, i/((n+1)/2))
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			p := 0.02
			if net.Y[i] == net.Y[j] {
				p = 0.15
				if i == 0 || j == n-1 {
					p = 0.67
				}
			}
			if rng.Float64() < p || j == i+1 && net.Y[i] == net.Y[j] {
				net.Edges = append(net.Edges, [2]int{i, j})
			}
		}
	}
	return net
}

// NitroLike generates n graphs of 10 to 18 nodes, half of class 1: a chain of C with branches, one N, and two O. In class 1 both O are at the N; in
// class 0 one of them is, and the other anywhere else. Counting kinds of nodes cannot tell them.
func NitroLike(n int, rng *rand.Rand) *Compounds {
	set := &Compounds{Source: fmt.Sprintf("generated, %d compounds", n), Kinds: []string{"C", "N", "O"}, Bonds: []string{"single"}}
	for i := range n {
		g := &Compound{Y: i % 2}
		add := func(kind, at int) int {
			g.Kind = append(g.Kind, kind)
			if at >= 0 {
				g.Edges, g.Bond = append(g.Edges, [2]int{at, len(g.Kind) - 1}), append(g.Bond, 0)
			}
			return len(g.Kind) - 1
		}
		carbons := 7 + rng.IntN(9)
		for k := range carbons {
			at := k - 1
			if k > 2 && rng.IntN(3) == 0 {
				at = rng.IntN(k)
			}
			add(0, at)
		}
		nitrogen := add(1, rng.IntN(carbons))
		add(2, nitrogen)
		if g.Y == 1 {
			add(2, nitrogen)
		} else {
			add(2, rng.IntN(carbons))
		}
		set.Graphs = append(set.Graphs, g)
	}
	return set
}

// Citations is Cora where it is present, and Papers otherwise.
func Citations(seed uint64) (*Network, error) {
	net, err := Cora()
	if errors.Is(err, ErrAbsent) {
		return Papers(1000, 5, rand.New(rand.NewPCG(seed, 61))), nil
	}
	return net, err
}

// Club is Karate where it is present, and Circle otherwise.
func Club(seed uint64) (*Network, error) {
	net, err := Karate()
	if errors.Is(err, ErrAbsent) {
		return Circle(34, rand.New(rand.NewPCG(seed, 62))), nil
	}
	return net, err
}

// Mutagens is MUTAG where it is present, and NitroLike otherwise.
func Mutagens(seed uint64) (*Compounds, error) {
	set, err := MUTAG()
	if errors.Is(err, ErrAbsent) {
		return NitroLike(188, rand.New(rand.NewPCG(seed, 63))), nil
	}
	return set, err
}

// graphTable reads a file of columns with a header, which it leaves out.
func graphTable(folder, name string, columns int) (path string, rows [][]string, err error) {
	path, raw, err := checkedFile(folder, folder, name)
	if err != nil {
		return "", nil, err
	}
	rows, err = csv.NewReader(strings.NewReader(raw)).ReadAll()
	if err != nil || len(rows) < 2 || len(rows[0]) != columns {
		return "", nil, fault(path, -1, fmt.Sprintf("not a table of %d columns", columns), err)
	}
	return path, rows[1:], nil
}

// checkedFile finds a file of a folder, reads it, and holds it to the manifest's checksum. set is the name for an error.
func checkedFile(set, folder, name string) (path, content string, err error) {
	if path, err = find(set, folder, name); err != nil {
		return "", "", err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", "", fmt.Errorf("datasets: %w", err)
	}
	sum := sha256.Sum256(raw)
	return path, string(raw), verify(path, hex.EncodeToString(sum[:]), nil)
}
