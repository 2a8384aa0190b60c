package nb

import (
	"fmt"
	"io"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// channel is where output goes: the notebook's pipe or the terminal.
type channel struct {
	stdout   io.Writer
	notebook func() bool
	deliver  func(*protocol.DisplayData)
	sync     func()
	exit     func(code int)
}

var out = &channel{
	stdout:   os.Stdout,
	notebook: func() bool { return gonbui.IsNotebook },
	deliver:  gonbui.SendData,
	sync:     gonbui.Sync,
	exit:     os.Exit,
}

func (c *channel) printf(format string, args ...any) { fmt.Fprintf(c.stdout, format, args...) }

// send delivers one output and waits until the kernel has it, so that nothing is lost
// when the cell ends, however it ends. id, if not "", names an output to be replaced.
func (c *channel) send(data map[protocol.MIMEType]any, id string) {
	c.deliver(&protocol.DisplayData{Data: data, DisplayID: id})
	c.sync()
}
