package datasets_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"nncourse/lib/datasets"
	"nncourse/lib/workspace"
)

// Molecules whose formulas are in every book.
func TestParseSMILES(t *testing.T) {
	for _, c := range []struct {
		smiles                 string
		atoms, hydrogens, ring int
		mass                   float64
	}{
		{"C", 1, 4, 0, 16.043},                             // methane
		{"C=O", 2, 2, 0, 30.026},                           // formaldehyde
		{"C#N", 2, 1, 0, 27.026},                           // hydrogen cyanide
		{"CC(=O)O", 4, 4, 0, 60.052},                       // acetic acid
		{"c1ccccc1", 6, 6, 1, 78.114},                      // benzene
		{"C1=CC=CC=C1", 6, 6, 1, 78.114},                   // the same, written otherwise
		{"c1ccc2ccccc2c1", 10, 8, 2, 128.174},              // naphthalene
		{"c1ccsc1", 5, 4, 1, 84.14},                        // thiophene
		{"c1cc[nH]c1", 5, 5, 1, 67.091},                    // pyrrole
		{"Cn1cnc2c1c(=O)n(C)c(=O)n2C", 14, 10, 2, 194.194}, // caffeine
		{"CS(=O)(=O)C", 5, 6, 0, 94.13},                    // dimethyl sulfone
		{"O=[N+]([O-])c1ccccc1", 9, 5, 1, 123.111},         // nitrobenzene
		{"N[C@@H](C)C(=O)O", 6, 7, 0, 89.094},              // alanine
		{"ClC(Br)I", 4, 1, 0, 255.28},                      // bromochloroiodomethane
		{"C%11CCCCC%11", 6, 12, 1, 84.162},                 // cyclohexane
		{"O.CO", 3, 6, 0, 50.057},                          // water and methanol
		{"F/C=C\\F", 4, 2, 0, 64.034},                      // difluoroethene
	} {
		m, err := datasets.ParseSMILES(c.smiles)
		if err != nil {
			t.Error(err)
			continue
		}
		h := 0
		for _, n := range m.Hydrogens {
			h += n
		}
		if len(m.Symbols) != c.atoms || h != c.hydrogens || m.Rings() != c.ring || math.Abs(m.Mass()-c.mass) > 0.01 {
			t.Errorf("%s: %d atoms, %d hydrogens, %d rings, %.3f g/mol; want %d, %d, %d, %.3f", c.smiles, len(m.Symbols), h, m.Rings(), m.Mass(), c.atoms, c.hydrogens, c.ring, c.mass)
		}
	}
	for smiles, why := range map[string]string{
		"": "no atoms", "C(C": "branch does not end", "C)C": "did not begin", "C1CC": "not closed", "CXC": `'X' is not known`, "[Xx]": "not known",
		"[C": "does not end", "(C)": "before the first", "1CC1": "before the first", "C%1": "two digits", "C11": "ring of one", "Cé": "not known", "H": "not known",
	} {
		if _, err := datasets.ParseSMILES(smiles); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: error %v, want one with %q", smiles, err, why)
		}
	}
}

// Every molecule of ESOL has the molecular weight, and the number of rings, that the file gives (computed there by RDKit).
func TestESOL(t *testing.T) {
	all, err := datasets.ESOL()
	if errors.Is(err, datasets.ErrAbsent) {
		t.Skip("the molecules are not here: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1128 || all[0].Name != "Amigdalin" || all[0].Solubility != -0.77 {
		t.Fatalf("%d molecules, first %+v", len(all), all[0])
	}
	dirs, err := workspace.DataDirs()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for _, d := range dirs {
		if f, err := os.Open(filepath.Join(d, "molecules", "delaney-processed.csv")); err == nil {
			if rows, err = csv.NewReader(f).ReadAll(); err != nil {
				t.Fatal(err)
			}
			f.Close()
			break
		}
	}
	// In these cages RDKit's set of smallest rings has one ring more than are independent, for symmetry.
	cages := map[string]bool{"eucalyptol": true, "Kepone": true, "1,8-Cineole": true, "Mirex": true}
	wrong := 0
	for i, m := range all {
		rings, err := strconv.Atoi(rows[i+1][5])
		if err != nil {
			t.Fatal(err)
		}
		if cages[m.Name] {
			rings--
		}
		// RDKit's masses have three digits, as these: 0.02 is a sixtieth of a hydrogen
		if math.Abs(m.Mass()-m.Weight) > 0.02 || m.Rings() != rings {
			if wrong++; wrong < 10 {
				t.Errorf("%s (%s): %.3f g/mol and %d rings, file %.3f and %d", m.Name, m.SMILES, m.Mass(), m.Rings(), m.Weight, rings)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ", wrong, len(all))
	}
}

func FuzzParseSMILES(f *testing.F) {
	f.Add("CC(=O)Oc1ccccc1C(=O)O")
	f.Add("C%12CC%12.[NH4+]")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := datasets.ParseSMILES(s)
		if err != nil {
			return
		}
		n := len(m.Symbols)
		a := m.Matrix()
		for i := range n {
			for j := range n {
				if a[i*n+j] != a[j*n+i] {
					t.Fatalf("%q: not symmetric", s)
				}
			}
		}
	})
}

// Formaldehyde: carbon holds two hydrogens and a double bond to oxygen.
func ExampleParseSMILES() {
	m, err := datasets.ParseSMILES("C=O")
	if err != nil {
		panic(err)
	}
	fmt.Println(m.Symbols, m.Hydrogens, m.Matrix())
	// Output: [C O] [2 0] [6 2 2 8]
}
