package optim

import (
	"fmt"
	"math/rand/v2"
)

// Dealer hands out mini-batches of the sample indices 0..N−1 without end.
type Dealer struct {
	n, size int
	replace bool
	rng     *rand.Rand
	order   []int // without replacement: this epoch's shuffle, dealt up to next; else the last draws
	next    int
}

// NewDealer deals batches of size from n samples, 1 ≤ size ≤ n. Without replacement every n samples in a row are a fresh
// uniform permutation, and no batch spans two of them: the last of an epoch is smaller where size does not divide n.
// With replacement a batch is size independent uniform draws.
func NewDealer(n, size int, replace bool, rng *rand.Rand) *Dealer {
	if n < 1 || size < 1 || size > n || rng == nil {
		panic(fmt.Sprintf("optim: NewDealer: batches of %d from %d samples: need 1 ≤ size ≤ n and a random source", size, n))
	}
	d := &Dealer{n: n, size: size, replace: replace, rng: rng, next: n}
	if replace {
		d.order = make([]int, size)
		return d
	}
	d.order = make([]int, n)
	for i := range d.order {
		d.order[i] = i
	}
	return d
}

// Next returns the next batch, which is valid until the following call.
func (d *Dealer) Next() []int {
	if d.replace {
		for i := range d.order {
			d.order[i] = d.rng.IntN(d.n)
		}
		return d.order
	}
	if d.next == d.n {
		d.rng.Shuffle(d.n, func(i, j int) { d.order[i], d.order[j] = d.order[j], d.order[i] })
		d.next = 0
	}
	b := d.order[d.next:min(d.next+d.size, d.n)]
	d.next += len(b)
	return b
}
