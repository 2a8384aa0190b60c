package train

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/gomlx/compute"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/workspace"
)

// The course's LeNet: what DigitsLeNet trains.
const (
	digitsSeed  = 1    // of the weights, the order of the images and the choice of images
	digitsValid = 5000 // images held out of the training part to validate on
)

// digitsConfig gives the configuration and the numbers of training and test images (0: all) for a backend.
func digitsConfig(b compute.Backend) (cfg Config, nTrain, nTest int) {
	cfg = Config{Epochs: 6, BatchSize: 64, LearningRate: 2e-3, Schedule: Cosine, Seed: digitsSeed, Progress: true}
	if slow(b) {
		cfg.Epochs = 2
		return cfg, 5000, 1000
	}
	return cfg, 0, 0
}

// slow reports whether the backend is GoMLX's pure-Go one, on which a step of LeNet takes about 60 times as long.
func slow(b compute.Backend) bool { return strings.HasPrefix(strings.ToLower(b.Name()), "go") }

// DigitsLeNet returns the course's LeNet, trained on digits, the test images, and its training history.
//
// The digits are MNIST where its files are present, else drawn from strokes (datasets.Digits); the Source of the
// test images says which, and History.Train which were trained on. Of the training part 5000 images are held out to
// validate on; the test part is not looked at. On XLA: 6 epochs, about a minute on two cores, ≥ 99.0 % of MNIST's
// test images right. On the pure-Go backend, 60 times slower, it trains 2 epochs on 5000 images and returns 1000
// test images; the Sources say so.
//
// The first call trains and stores the model in ROOT/.course/checkpoints/lenet-digits-HASH, HASH being that of the
// network, configuration and data; later calls, in any process, load it (History.Loaded). A folder is there only
// when it is whole. If two processes ask at once, one trains and the other waits. A cancelled training is resumed by
// the next call.
func DigitsLeNet(ctx context.Context, b compute.Backend) (*nets.Model, *datasets.Images, *History, error) {
	cfg, nTrain, nTest := digitsConfig(b)
	all, test, err := datasets.Digits(nTrain, nTest, digitsSeed)
	if err != nil {
		return nil, nil, nil, err
	}
	m, h, err := digitsLeNet(ctx, b, cfg, all, "lenet-digits")
	return m, test, h, err
}

// digitsLeNet trains or loads a LeNet under ROOT/.course/checkpoints/NAME-HASH.
func digitsLeNet(ctx context.Context, b compute.Backend, cfg Config, all *datasets.Images, name string) (*nets.Model, *History, error) {
	held := min(digitsValid, all.N/5)
	train, valid := all.Slice(0, all.N-held), all.Slice(all.N-held, all.N)
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %d %g | %s | %s | %d %d | %s",
		nets.LeNetConv1, nets.LeNetConv2, nets.LeNetHidden, nets.LeNetDrop, cfgKey(cfg), b.Name(), train.N, valid.N, train.Source))
	root, err := workspace.Checkpoints("")
	if err != nil {
		return nil, nil, fmt.Errorf("train: %w", err)
	}
	final := fmt.Sprintf("%s/%s-%x", strings.TrimSuffix(root, "/"), name, sum[:4])
	unlock, err := lock(ctx, final+".lock")
	if err != nil {
		return nil, nil, err
	}
	defer unlock()

	m := nets.NewLeNet(b, cfg.Seed)
	cfg.Checkpoint, cfg.Label = final, "LeNet on "+all.Name
	if _, err := os.Stat(final); err == nil {
		h, err := Fit(ctx, m, train, valid, cfg)
		return m, h, err
	}
	cfg.Checkpoint = final + ".part" // an unfinished run, resumed by the next call
	h, err := Fit(ctx, m, train, valid, cfg)
	if err != nil {
		return nil, nil, err
	}
	h.Loaded = false
	if err := os.Rename(cfg.Checkpoint, final); err != nil {
		return nil, nil, fmt.Errorf("train: %w", err)
	}
	return m, h, nil
}

// cfgKey is what of a configuration decides the trained weights.
func cfgKey(c Config) string {
	rates := []float64{}
	if c.Schedule != nil {
		for i := range 8 {
			rates = append(rates, c.Schedule(float64(i)/8))
		}
	}
	return fmt.Sprint(c.Epochs, c.BatchSize, c.LearningRate, c.Seed, c.Patience, rates)
}

// lock takes an exclusive lock on a file among all processes, waiting for it as long as the context lets it.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil // closing releases the lock
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("train: lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
