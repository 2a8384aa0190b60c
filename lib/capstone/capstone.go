// Package capstone is the ground on which the capstone of the course is played: the pictures, the description of a classifier, the
// attacks and the measurements. The grader, the exercise's visible test and lesson 7.4 all use it. Only the draws of the grader are hidden:
// everything else of it may be read (Kerckhoffs's principle).
//
//	data.go      12×12 pictures of six letters, each with a faint texture that gives the class away and that an attack can repaint
//	model.go     a classifier as a list of layers with their weights: no code of the student's is asked what it answers
//	net.go       forward and backward by the grader's own code, so that no gradient has to be believed
//	attack.go    white box: PGD on the cross-entropy, DeepFool in the L∞ ball
//	blackbox.go  black box: examples transferred from two nets in closed form, and a random search that asks for scores only
//	measure.go   clean and robust accuracy, localisation of the saliency, and what tells that gradients are masked
//
// Pictures are [Side·Side] numbers in [0, 1], row by row from the top. Everything is float64 and single-threaded, and follows from the
// random source that is handed in.
package capstone

const (
	Side    = 12            // height and width of a picture in pixels
	Pixels  = Side * Side   // numbers of a picture
	Epsilon = 0.1           // radius of the L∞ ball in which pictures are attacked
	Classes = len(letters)  // 6
	Names   = "H L O T U X" // of the classes, in their order

	MaxParameters      = 10_000  // weights and biases of a model
	MaxMultiplications = 200_000 // of one forward pass
)
