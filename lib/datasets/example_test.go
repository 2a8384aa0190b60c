package datasets_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"nncourse/lib/datasets"
)

// A digit as a terminal can show it: every second row, five greys.
func ExampleStrokes() {
	digits := datasets.Strokes(10, rand.New(rand.NewPCG(7, 0)))
	fmt.Println(digits.Source)
	fmt.Println("labels:", digits.Labels)
	pix := digits.Image(1)
	for y := 4; y < 26; y += 2 {
		for x := 5; x < 24; x++ {
			fmt.Printf("%c", " .:+#"[min(4, int(5*pix[y*28+x]))])
		}
		fmt.Println("|")
	}
	// Output:
	// digits drawn from strokes, 10 images (generated)
	// labels: [0 8 6 4 3 5 7 1 9 2]
	//       #######.     |
	//      +#+   .##.    |
	//      ##:   .##.    |
	//      :##++###.     |
	//       .####+       |
	//      ###. .###.    |
	//     :#+     .##+   |
	//     :##      .##   |
	//      ##+.   .##+   |
	//       .######+.    |
	//                    |
}

func ExampleTexturedShapesWith() {
	d := datasets.TexturedShapesWith(4, datasets.ShapeOptions{Cues: datasets.Conflict}, rand.New(rand.NewPCG(1, 0)))
	for i := range d.N {
		fmt.Printf("%-9s filled with %-15s in %v\n", d.Classes[d.Shape[i]], d.TextureNames[d.Texture[i]], d.Boxes[i])
	}
	// Output:
	// crescent  filled with rising stripes  in (18,13)-(38,38)
	// star      filled with rising stripes  in (25,10)-(58,43)
	// square    filled with falling stripes in (12,27)-(32,48)
	// arrow     filled with speckle         in (8,11)-(47,43)
}

func ExampleTwoMoons() {
	p := datasets.TwoMoons(4, 0.1, rand.New(rand.NewPCG(1, 0)))
	fmt.Println(p.Source)
	for i, x := range p.X {
		fmt.Printf("(%5.2f, %5.2f) class %d\n", x[0], x[1], p.Y[i])
	}
	// Output:
	// two moons, 4 points, noise 0.1 (generated)
	// ( 0.85,  0.36) class 0
	// ( 1.01, -0.54) class 1
	// ( 0.38, -0.28) class 1
	// ( 0.77,  0.63) class 0
}

// A lesson that must run everywhere takes Digits and prints its Source.
func ExampleDigits() {
	train, test, err := datasets.Digits(1000, 200, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.N, test.N, len(train.Classes), len(train.Image(0)))
	// Output:
	// 1000 200 10 784
}

// What is missing is told from what is broken by errors.Is.
func ExampleFashionMNIST() {
	d, err := datasets.FashionMNIST(datasets.Test)
	switch {
	case errors.Is(err, datasets.ErrAbsent):
		fmt.Println("go on with generated images, and say so")
	case err != nil:
		fmt.Println(err) // a broken file: mend it, do not go on
	default:
		fmt.Println(d.Source)
	}
}
