package reader

// The means by which a child is kept from everything but its document, as the doctor names them.
const (
	meansNamespaces = "namespaces"
	meansFilter     = "system call filter"
	meansFiles      = "file rules"
)
