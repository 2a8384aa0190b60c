package nb

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// channel is where output goes: the kernel's pipe, or the terminal.
type channel struct {
	stdout, stderr io.Writer
	notebook       func() bool                 // does a GoNB kernel run this program?
	live           func() bool                 // does somebody watch? else it is a headless run
	deliver        func(*protocol.DisplayData) // hands one output to the kernel
	sync           func()                      // waits until the kernel has shown all that was delivered
	settle         func()                      // waits until the kernel has read all that was printed
	exit           func(code int)
	now            func() time.Time
}

var out = &channel{
	stdout:   printer{&os.Stdout},
	stderr:   printer{&os.Stderr},
	notebook: func() bool { return gonbui.IsNotebook },
	live: func() bool {
		if os.Getenv("COURSE_HEADLESS") != "" {
			return false
		}
		if gonbui.IsNotebook {
			return os.Getenv(protocol.GONB_JUPYTER_KERNEL_ID_ENV) != ""
		}
		info, err := os.Stdout.Stat()
		return err == nil && info.Mode()&os.ModeCharDevice != 0
	},
	deliver: gonbui.SendData,
	sync:    syncOrGiveUp,
	settle:  settle,
	exit:    os.Exit,
	now:     time.Now,
}

// printer writes to what os.Stdout or os.Stderr is at that moment: examples and tests
// put a pipe of their own there.
type printer struct{ to **os.File }

func (p printer) Write(b []byte) (int, error) { return (*p.to).Write(b) }

// syncOrGiveUp is gonbui.Sync, which would wait for ever if the kernel were gone.
func syncOrGiveUp() {
	done := make(chan struct{})
	go func() {
		gonbui.Sync()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
	}
}

func (c *channel) printf(format string, args ...any) { fmt.Fprintf(c.stdout, format, args...) }

// send delivers one output to the notebook: after what was printed before, and complete
// when send returns, so that nothing is lost or out of order however the cell ends.
func (c *channel) send(data map[protocol.MIMEType]any) { c.update("", data) }

// update is send to the output named id, which it replaces.
func (c *channel) update(id string, data map[protocol.MIMEType]any) {
	c.settle()
	c.deliver(&protocol.DisplayData{Data: data, DisplayID: id})
	c.sync()
}

// end ends the cell after everything has arrived.
func (c *channel) end(code int) {
	if c.notebook() {
		c.settle()
		c.sync()
	}
	c.exit(code)
}
