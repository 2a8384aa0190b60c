// Package similarity finds submissions that share code, for a teacher to look at. It gives no verdict: short exercises have
// few good solutions, and those look alike.
//
// The method is winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD
// 2003), over the syntax tree in place of the text:
//
//  1. tokens.go: each declaration of a package becomes a row of tokens, the nodes of its syntax tree in preorder. What a
//     copier changes first leaves no trace in them: names, literals, comments, layout, needless parentheses, renamed
//     imports, a > b for b < a, x++ for x += 1, var x = e for x := e. Operators, the shape of statements, and names that
//     the student cannot choose (len, float64, math.Sqrt) stay.
//  2. winnow.go: every K tokens in a row are hashed; of every Window hashes in a row the least is kept. Those are the
//     fingerprints. Rows do not run on from one declaration into the next, so the order of declarations plays no part.
//     K-grams that occur in the base code (the stub, the code in the statement) are never kept.
//  3. compare.go: the score of two submissions is the share of the smaller one's distinct fingerprints that the other has
//     as well. From shared fingerprints the longest equal runs of tokens are grown, which are what a reader is shown.
//  4. page.go: two submissions side by side.
//
// The guarantee: two declarations that have at least K + Window − 1 tokens in a row in common, of which not all is base
// code, share a fingerprint; and no run of fewer than K tokens is ever noticed. The paper's density, 2/(Window+1), is
// what it costs.
package similarity

// With DefaultK and DefaultWindow every shared run of 25 tokens, some four lines, is noticed, and nothing below 16 tokens.
// They and DefaultThreshold are calibrated on the course's own exercises: independently written right solutions, which share
// the task, the signatures and the formulas, score at most 0.11, and copies with everything renamed and reordered 1.00
// (TestIndependent, TestDisguised).
const (
	DefaultK         = 16
	DefaultWindow    = 10
	DefaultThreshold = 0.4
	DefaultMinShared = 4
)

// Options are the parameters. Zero values mean the defaults.
type Options struct {
	K         int     // tokens in a k-gram: the least run that can be noticed
	Window    int     // k-grams in a window: runs of K + Window − 1 tokens are always noticed
	Threshold float64 // pairs of at least this score are reported, 0 < Threshold ≤ 1
	MinShared int     // and of at least so many shared fingerprints, so that one short function makes no suspicion
}

func (o Options) withDefaults() Options {
	if o.K == 0 {
		o.K = DefaultK
	}
	if o.Window == 0 {
		o.Window = DefaultWindow
	}
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	if o.MinShared == 0 {
		o.MinShared = DefaultMinShared
	}
	if o.K < 1 || o.Window < 1 || !(o.Threshold > 0 && o.Threshold <= 1) || o.MinShared < 1 {
		panic("similarity: K, Window and MinShared must be positive, and Threshold in (0, 1]")
	}
	return o
}

// File is a Go source file of a submission.
type File struct {
	Name   string
	Source []byte
}
