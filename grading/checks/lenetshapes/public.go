package lenetshapes

import "nncourse/grading"

// The cases of the statement, with their answers as numbers. In the teacher's edition each check begins with the same
// calls judged by the reference, which names the likely cause.

// examNet reads {32, 32, 1}; its rows cross to the student's process as floats.
var examNet = [][]float64{{0, 4, 5, 0, 1, 1}, {1, 2, 0, 2}, {0, 6, 5, 0, 1, 1}, {1, 2, 0, 2}, {2}, {3, 128}, {3, 10}}

var digit = []int{32, 32, 1}

func sizeGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	for _, c := range [][5]int{{32, 5, 0, 1, 1}, {28, 5, 2, 1, 1}, {8, 3, 0, 2, 1}, {10, 3, 1, 2, 2}} {
		sizeCase(t, c)
	}
	// ### END HIDDEN TESTS
	t.Cases(
		grading.Case{Name: "32 pixels, kernel 5", Func: "OutputSize", Args: []any{32, 5, 0, 1, 1}, Want: []int{28}},
		grading.Case{Name: "28 pixels, kernel 5, padding 2", Func: "OutputSize", Args: []any{28, 5, 2, 1, 1}, Want: []int{28}},
		grading.Case{Name: "8 pixels, kernel 3, stride 2", Func: "OutputSize", Args: []any{8, 3, 0, 2, 1}, Want: []int{3}},
		grading.Case{Name: "10 pixels, kernel 3, padding 1, stride 2, dilation 2", Func: "OutputSize", Args: []any{10, 3, 1, 2, 2}, Want: []int{4}},
	)
}

func shapesGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	shapesCase(t, "the exam's net", digit, examNet)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the exam's net", Func: "Shapes", Args: []any{digit, examNet},
		Want: [][]float64{{32, 32, 1}, {28, 28, 4}, {14, 14, 4}, {10, 10, 6}, {5, 5, 6}, {150}, {128}, {10}}})
}

func parametersGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	parametersCase(t, "the exam's net", digit, examNet)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the exam's net", Func: "Parameters", Args: []any{digit, examNet}, Want: []int{104, 0, 606, 0, 0, 19328, 1290}})
}

func multiplicationsGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	multiplicationsCase(t, "the exam's net", digit, examNet)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the exam's net", Func: "Multiplications", Args: []any{digit, examNet}, Want: []int{78400, 0, 60000, 0, 0, 19200, 1280}})
}

func receptiveGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	receptiveCase(t, "the exam's net", examNet[:4])
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "the exam's net", Func: "ReceptiveField", Args: []any{examNet[:4]}, Want: []int{5, 6, 14, 16}})
}

func flatGiven(t *grading.T) {
	// ### BEGIN HIDDEN TESTS
	flatCase(t, []int{5, 5, 6}, 2, 3, 4)
	// ### END HIDDEN TESTS
	t.Cases(grading.Case{Name: "row 2, column 3 of map 4", Func: "FlatIndex", Args: []any{[]int{5, 5, 6}, 2, 3, 4}, Want: []int{82}})
}
