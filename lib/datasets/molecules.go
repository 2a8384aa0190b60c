package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Molecule is a graph: atoms with their elements, and bonds. Hydrogens are counted at the atom that holds them.
type Molecule struct {
	Name       string
	SMILES     string
	Symbols    []string  // [n] "C", "Cl"; hydrogen only where SMILES writes it as an atom
	Hydrogens  []int     // [n]
	Aromatic   []bool    // [n]
	Bonds      [][2]int  // [m] pairs of atoms
	Orders     []float64 // [m] 1, 2, 3, or 1.5 for an aromatic bond
	Solubility float64   // of ESOL: log₁₀ of mol/l, measured
	Weight     float64   // of ESOL: molecular weight, g/mol
}

// element is what a Molecule needs to know of one: the nuclear charge, the atomic mass (IUPAC 2021, abridged), and the
// valences, of which hydrogens fill the lowest that is large enough.
var elements = map[string]struct {
	charge  int
	mass    float64
	valence []int
}{
	"H": {1, 1.008, nil}, "B": {5, 10.812, []int{3}}, "C": {6, 12.011, []int{4}}, "N": {7, 14.007, []int{3, 5}}, "O": {8, 15.999, []int{2}},
	"F": {9, 18.998, []int{1}}, "P": {15, 30.974, []int{3, 5}}, "S": {16, 32.067, []int{2, 4, 6}}, "Cl": {17, 35.453, []int{1}},
	"Br": {35, 79.904, []int{1}}, "I": {53, 126.904, []int{1}},
}

// Mass returns the molecular weight in g/mol.
func (m *Molecule) Mass() float64 {
	sum := 0.0
	for i, s := range m.Symbols {
		sum += elements[s].mass + float64(m.Hydrogens[i])*elements["H"].mass
	}
	return sum
}

// Matrix returns the molecule as a matrix [n, n], rows one after another: nuclear charges on the diagonal, orders of
// bonds beside it.
func (m *Molecule) Matrix() []float64 {
	n := len(m.Symbols)
	a := make([]float64, n*n)
	for i, s := range m.Symbols {
		a[i*n+i] = float64(elements[s].charge)
	}
	for k, b := range m.Bonds {
		a[b[0]*n+b[1]], a[b[1]*n+b[0]] = m.Orders[k], m.Orders[k]
	}
	return a
}

// Rings returns the number of independent rings: bonds − atoms + parts.
func (m *Molecule) Rings() int {
	part := make([]int, len(m.Symbols))
	for i := range part {
		part[i] = i
	}
	var root func(i int) int
	root = func(i int) int {
		if part[i] != i {
			part[i] = root(part[i])
		}
		return part[i]
	}
	rings := 0
	for _, b := range m.Bonds {
		if x, y := root(b[0]), root(b[1]); x == y {
			rings++
		} else {
			part[x] = y
		}
	}
	return rings
}

// ParseSMILES reads a molecule in SMILES notation (Weininger 1988): the elements H, B, C, N, O, F, P, S, Cl, Br, I, aromatic
// b c n o p s, brackets with isotope, chirality, hydrogens and charge (isotope, chirality and charge are passed over), bonds - = # : / \,
// branches, rings, and parts divided by a point. Hydrogens that are not written fill the lowest normal valence. The
// error names the place.
func ParseSMILES(s string) (*Molecule, error) {
	m := &Molecule{SMILES: s}
	fixed := []bool{} // hydrogens given in brackets
	type open struct {
		atom  int
		order float64
	}
	rings := map[int]open{}
	var stack []int
	last, order := -1, 0.0 // the atom to bond to; 0: not written
	bad := func(i int, why string) (*Molecule, error) {
		return nil, fmt.Errorf("datasets: SMILES %q, at byte %d: %s", s, i, why)
	}
	bond := func(a, b int, order float64) {
		if order == 0 {
			order = 1
			if m.Aromatic[a] && m.Aromatic[b] {
				order = 1.5
			}
		}
		m.Bonds, m.Orders = append(m.Bonds, [2]int{a, b}), append(m.Orders, order)
	}
	add := func(symbol string, aromatic bool, hydrogens int, given bool) {
		m.Symbols, m.Aromatic = append(m.Symbols, symbol), append(m.Aromatic, aromatic)
		m.Hydrogens, fixed = append(m.Hydrogens, hydrogens), append(fixed, given)
		if now := len(m.Symbols) - 1; last >= 0 {
			bond(last, now, order)
		}
		last, order = len(m.Symbols)-1, 0
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte("-=#:/\\", c) >= 0:
			order = map[byte]float64{'-': 1, '=': 2, '#': 3, ':': 1.5, '/': 1, '\\': 1}[c]
		case c == '(':
			if last < 0 {
				return bad(i, "a branch before the first atom")
			}
			stack = append(stack, last)
		case c == ')':
			if len(stack) == 0 {
				return bad(i, "a branch ends that did not begin")
			}
			last, stack, order = stack[len(stack)-1], stack[:len(stack)-1], 0
		case c == '.':
			last, order = -1, 0
		case c >= '0' && c <= '9' || c == '%':
			number := int(c - '0')
			if c == '%' {
				digits := s[i+1 : min(i+3, len(s))]
				v, err := strconv.ParseUint(digits, 10, 8)
				if err != nil || len(digits) != 2 {
					return bad(i, "two digits have to follow %")
				}
				number, i = int(v), i+2
			}
			if last < 0 {
				return bad(i, "a ring before the first atom")
			}
			if r, ok := rings[number]; ok {
				if r.atom == last {
					return bad(i, "a ring of one atom")
				}
				if order == 0 {
					order = r.order
				}
				bond(r.atom, last, order)
				delete(rings, number)
			} else {
				rings[number] = open{last, order}
			}
			order = 0
		case c == '[':
			end := strings.IndexByte(s[i:], ']')
			if end < 0 {
				return bad(i, "the bracket does not end")
			}
			symbol, aromatic, hydrogens, ok := bracket(s[i+1 : i+end])
			if !ok {
				return bad(i, "an atom that is not known")
			}
			add(symbol, aromatic, hydrogens, true)
			i += end
		default:
			symbol := s[i : i+1]
			if two := s[i:min(i+2, len(s))]; two == "Cl" || two == "Br" {
				symbol = two
				i++
			}
			upper := strings.ToUpper(symbol[:1]) + symbol[1:]
			aromatic := upper != symbol
			if e, ok := elements[upper]; !ok || len(e.valence) == 0 || aromatic && !strings.Contains("bcnops", symbol) {
				return bad(i, fmt.Sprintf("%q is not known", c))
			}
			add(upper, aromatic, 0, false)
		}
	}
	switch {
	case len(m.Symbols) == 0:
		return bad(0, "no atoms")
	case len(stack) > 0:
		return bad(len(s), "a branch does not end")
	case len(rings) > 0:
		return bad(len(s), "a ring is not closed")
	}
	used := make([]float64, len(m.Symbols))
	for k, b := range m.Bonds {
		o := m.Orders[k]
		if o == 1.5 {
			o = 1 // the other half is the π electron, counted once for each atom below
		}
		used[b[0]] += o
		used[b[1]] += o
	}
	for i, symbol := range m.Symbols {
		if fixed[i] {
			continue
		}
		valences := elements[symbol].valence
		if m.Aromatic[i] {
			valences = valences[:1]
			if symbol != "O" && symbol != "S" { // these give a lone pair instead
				used[i]++
			}
		}
		for _, v := range valences {
			if free := float64(v) - used[i]; free >= 0 {
				m.Hydrogens[i] = int(free)
				break
			}
		}
	}
	return m, nil
}

// bracket reads what stands between [ and ].
func bracket(s string) (symbol string, aromatic bool, hydrogens int, ok bool) {
	s = strings.TrimLeft(s, "0123456789")
	for _, n := range []int{2, 1} {
		if len(s) < n {
			continue
		}
		upper := strings.ToUpper(s[:1]) + s[1:n]
		if _, known := elements[upper]; known && (upper == s[:n] || n == 1 && strings.Contains("bcnops", s[:1])) {
			symbol, aromatic, s = upper, upper != s[:n], s[n:]
			break
		}
	}
	if symbol == "" {
		return "", false, 0, false
	}
	s = strings.TrimLeft(s, "@")
	if rest, found := strings.CutPrefix(s, "H"); found {
		hydrogens, s = 1, rest
		if len(s) > 0 && s[0] >= '0' && s[0] <= '9' {
			hydrogens, s = int(s[0]-'0'), s[1:]
		}
	}
	return symbol, aromatic, hydrogens, strings.Trim(s, "+-0123456789") == ""
}

// ESOL returns the 1128 molecules of Delaney 2004 with their measured solubility in water, as DeepChem has them, in the
// order of the file, folder molecules. The error is ErrAbsent where the file is nowhere and a *FileError where it is not what it
// should be.
func ESOL() ([]*Molecule, error) {
	path, err := find("molecules", "molecules", "delaney-processed.csv")
	if err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: molecules: %w", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fault(path, -1, "not a table", err)
	}
	sum := sha256.Sum256(raw)
	if err := verify(path, hex.EncodeToString(sum[:]), nil); err != nil {
		return nil, err
	}
	var out []*Molecule
	for i, row := range rows[1:] {
		if len(row) != 10 {
			return nil, fault(path, -1, fmt.Sprintf("row %d has %d columns, want 10", i+2, len(row)), nil)
		}
		m, err := ParseSMILES(strings.TrimSpace(row[9]))
		if err != nil {
			return nil, fault(path, -1, fmt.Sprintf("row %d", i+2), err)
		}
		m.Name = strings.TrimSpace(row[0])
		for column, v := range map[int]*float64{3: &m.Weight, 8: &m.Solubility} {
			if *v, err = strconv.ParseFloat(row[column], 64); err != nil {
				return nil, fault(path, -1, fmt.Sprintf("row %d, column %d", i+2, column+1), err)
			}
		}
		out = append(out, m)
	}
	return out, nil
}
