//go:build linux && !amd64 && !arm64

package sandbox

const auditArch, archCloneFlags = 0, 0

// There is no list for this processor, so no filter.
var archCalls, archFileCalls, archCompileCalls []int
