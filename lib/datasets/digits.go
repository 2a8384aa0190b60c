package datasets

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Sizes of the two parts where Digits draws them and is asked for all.
const (
	strokesTrain = 20000
	strokesTest  = 4000
)

// Digits returns ten classes of digits, 28×28×1, to train and to test on: MNIST where its files are present, else
// digits drawn by Strokes. Source says which, so that a lesson can say it beside its results.
//
// nTrain and nTest are the numbers of images; 0 means all (60000 and 10000 of MNIST, 20000 and 4000 drawn). Fewer
// images of MNIST are a random choice with the given seed, in their original order; drawn digits depend on
// nothing but the seed, and the two parts on different streams of it. The error is that of MNIST where its files
// are present but bad, and never ErrAbsent.
func Digits(nTrain, nTest int, seed uint64) (train, test *Images, err error) {
	if nTrain < 0 || nTest < 0 {
		panic(fmt.Sprintf("datasets: Digits(%d, %d): a number of images cannot be negative", nTrain, nTest))
	}
	train, err = MNIST(Train)
	if err == nil {
		test, err = MNIST(Test)
	}
	switch {
	case errors.Is(err, ErrAbsent):
		return DrawnDigits(nTrain, nTest, seed)
	case err != nil:
		return nil, nil, err
	}
	if train, err = choose(train, nTrain, seed, 1); err != nil {
		return nil, nil, err
	}
	test, err = choose(test, nTest, seed, 2)
	return train, test, err
}

// DrawnDigits is Digits without MNIST: it always draws them.
func DrawnDigits(nTrain, nTest int, seed uint64) (train, test *Images, err error) {
	if nTrain == 0 {
		nTrain = strokesTrain
	}
	if nTest == 0 {
		nTest = strokesTest
	}
	train = Strokes(nTrain, rand.New(rand.NewPCG(seed, 1)))
	train.Name = "drawn digits train"
	train.Source = fmt.Sprintf("digits drawn from strokes, training part, %d images, seed %d (MNIST not used)", nTrain, seed)
	test = Strokes(nTest, rand.New(rand.NewPCG(seed, 2)))
	test.Name = "drawn digits test"
	test.Source = fmt.Sprintf("digits drawn from strokes, test part, %d images, seed %d (MNIST not used)", nTest, seed)
	return train, test, nil
}

// choose returns n images of d at random, in their original order; all of them for n = 0.
func choose(d *Images, n int, seed, stream uint64) (*Images, error) {
	switch {
	case n == 0 || n == d.N:
		return d, nil
	case n > d.N:
		return nil, fmt.Errorf("datasets: %d images wanted of %s, which has %d", n, d.Name, d.N)
	}
	idx := rand.New(rand.NewPCG(seed, stream)).Perm(d.N)[:n]
	slices.Sort(idx)
	part := d.Subset(idx)
	part.Source = fmt.Sprintf("%s; %d of these, chosen with seed %d", d.Source, n, seed)
	return part, nil
}
