// A milter in Go, on libemailauth and emersion/go-milter, that adds the results, removes forged fields and refuses mail.
//
//	gomilter inet:PORT@HOST CONFIGURATION
//
// SIGHUP and SIGUSR1 read the configuration again, for new connections; SIGTERM ends the milter when its connections have ended.
package main

/*
#cgo LDFLAGS: -lemailauth
#include <emailauth.h>
#include <stdlib.h>

static int read_text(int (*get)(emailauth_result *, const char **, size_t *), emailauth_result *result, const char **text, size_t *length)
{
	return get(result, text, length);
}
*/
import "C"

import (
	"fmt"
	"log"
	"net"
	"net/textproto"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"github.com/emersion/go-milter"
)

// failed gives the reason of a call that failed. The reason belongs to the thread, so the caller has locked it.
func failed(status C.int, call string) error {
	buffer := make([]C.char, 512)
	C.emailauth_last_error(&buffer[0], C.size_t(len(buffer)))
	return fmt.Errorf("%s: %s: %s", call, C.GoString(C.emailauth_status_text(status)), C.GoString(&buffer[0]))
}

// check makes a call on one thread, so that a reason can be read.
func check(call string, do func() C.int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if status := do(); status != C.EMAILAUTH_OK {
		return failed(status, call)
	}
	return nil
}

// octets lends the bytes of a string to a call, which copies what it keeps.
func octets(text string) (*C.char, C.size_t, func()) {
	copied := C.CString(text)
	return copied, C.size_t(len(text)), func() { C.free(unsafe.Pointer(copied)) }
}

// pipeline makes the sessions. Connections read it while a signal may replace it, so that none begins a session on one that is freed.
var (
	pipeline   *C.emailauth_pipeline
	pipelineMu sync.RWMutex
)

// load makes a pipeline from the file. Sessions of the one before it continue.
func load(path string) error {
	var made *C.emailauth_pipeline
	text, length, free := octets(path)
	defer free()
	if err := check("pipeline_from_file", func() C.int { return C.emailauth_pipeline_from_file(text, length, &made) }); err != nil {
		return err
	}
	pipelineMu.Lock()
	before := pipeline
	pipeline = made
	pipelineMu.Unlock()
	if before != nil {
		C.emailauth_pipeline_free(before)
	}
	return nil
}

// judge is one connection. go-milter makes a milter for each message, and gives all of them this one.
type judge struct {
	milter.NoOpMilter
	session *C.emailauth_session
}

func (j *judge) close() {
	if j.session != nil {
		C.emailauth_session_abort(j.session)
		C.emailauth_session_free(j.session)
		j.session = nil
	}
}

// next is called for each message, also when the MTA aborts one: the judge forgets what it heard of that one.
func (j *judge) next() milter.Milter {
	if j.session != nil {
		C.emailauth_session_abort(j.session)
	}
	return j
}

func (j *judge) text(call string, value string, do func(*C.char, C.size_t) C.int) (milter.Response, error) {
	text, length, free := octets(value)
	defer free()
	return milter.RespContinue, check(call, func() C.int { return do(text, length) })
}

func (j *judge) Connect(host string, family string, port uint16, address net.IP, m *milter.Modifier) (milter.Response, error) {
	client := ""
	if address != nil {
		client = address.String()
	}
	return j.text("session_new", client, func(text *C.char, length C.size_t) C.int {
		if length == 0 {
			text = nil
		}
		pipelineMu.RLock()
		defer pipelineMu.RUnlock()
		return C.emailauth_session_new(pipeline, text, length, nil, 0, &j.session)
	})
}

func (j *judge) Helo(name string, m *milter.Modifier) (milter.Response, error) {
	return j.text("session_helo", name, func(text *C.char, length C.size_t) C.int { return C.emailauth_session_helo(j.session, text, length) })
}

func (j *judge) MailFrom(from string, m *milter.Modifier) (milter.Response, error) {
	C.emailauth_session_reset(j.session)
	authenticated := C.int(0)
	if m.Macros["{auth_type}"] != "" {
		authenticated = 1
	}
	C.emailauth_session_authenticated(j.session, authenticated)
	return j.text("session_mail_from", from, func(text *C.char, length C.size_t) C.int { return C.emailauth_session_mail_from(j.session, text, length) })
}

func (j *judge) RcptTo(to string, m *milter.Modifier) (milter.Response, error) {
	return j.text("session_recipient", to, func(text *C.char, length C.size_t) C.int { return C.emailauth_session_recipient(j.session, text, length) })
}

// go-milter speaks version 2 of the protocol, in which the MTA removes the space after the colon.
func (j *judge) Header(name string, value string, m *milter.Modifier) (milter.Response, error) {
	field, fieldLength, free := octets(name)
	defer free()
	var status C.int
	response, err := j.text("session_header_lf", " "+value, func(text *C.char, length C.size_t) C.int {
		status = C.emailauth_session_header_lf(j.session, field, fieldLength, text, length)
		return status
	})
	if status == C.EMAILAUTH_E_ARGUMENT {
		return milter.NewResponseStr('y', "550 5.6.0 The header has a bare CR (RFC 5322 section 2.2)"), nil
	}
	return response, err
}

func (j *judge) Headers(h textproto.MIMEHeader, m *milter.Modifier) (milter.Response, error) {
	return milter.RespContinue, check("session_end_of_headers", func() C.int { return C.emailauth_session_end_of_headers(j.session) })
}

func (j *judge) BodyChunk(chunk []byte, m *milter.Modifier) (milter.Response, error) {
	if len(chunk) == 0 {
		return milter.RespContinue, nil
	}
	return milter.RespContinue, check("session_body", func() C.int {
		return C.emailauth_session_body(j.session, unsafe.Pointer(&chunk[0]), C.size_t(len(chunk)))
	})
}

func (j *judge) Body(m *milter.Modifier) (milter.Response, error) {
	var result *C.emailauth_result
	if err := check("session_complete", func() C.int { return C.emailauth_session_complete(j.session, &result) }); err != nil {
		return nil, err
	}
	defer C.emailauth_result_free(result)
	var count C.size_t
	C.emailauth_result_field_count(result, &count)
	for ; count > 0; count-- {
		var field C.emailauth_field
		C.emailauth_result_field(result, count-1, &field)
		if err := m.ChangeHeader(int(field.occurrence), C.GoString(field.name), ""); err != nil {
			return nil, err
		}
	}

	// Each goes to the very top, so the first comes last.
	for _, value := range []string{
		text(result, (*[0]byte)(C.emailauth_result_extended_header_value_lf)), text(result, (*[0]byte)(C.emailauth_result_header_value_lf)),
	} {
		if value == "" {
			continue
		}
		if err := m.InsertHeader(0, "Authentication-Results", value); err != nil {
			return nil, err
		}
	}

	var action C.int
	C.emailauth_result_action(result, &action)
	C.emailauth_session_applied(j.session, action, nil, 0)
	switch action {
	case C.EMAILAUTH_REJECT, C.EMAILAUTH_TEMPFAIL:
		reply := text(result, (*[0]byte)(C.emailauth_result_smtp_reply))
		return milter.NewResponseStr('y', strings.ReplaceAll(reply, "%", "%%")), nil
	case C.EMAILAUTH_QUARANTINE:
		return milter.RespAccept, m.Quarantine(text(result, (*[0]byte)(C.emailauth_result_reason)))
	}
	return milter.RespAccept, nil
}

func text(result *C.emailauth_result, get *[0]byte) string {
	var value *C.char
	C.read_text(get, result, &value, nil)
	return C.GoString(value)
}

// connection is one that ends its judge when it is closed, and a listener that gives only this one.
type connection struct {
	net.Conn
	judge   *judge
	once    sync.Once
	ended   chan struct{}
	pending chan net.Conn
}

func (c *connection) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.judge.close(); close(c.ended) })
	return err
}

func (c *connection) Accept() (net.Conn, error) {
	select {
	case pending := <-c.pending:
		return pending, nil
	case <-c.ended:
		return nil, net.ErrClosed
	}
}

type only struct{ *connection }

func (o only) Close() error   { return nil }
func (o only) Addr() net.Addr { return o.LocalAddr() }

func serve(conn net.Conn) {
	c := &connection{Conn: conn, judge: &judge{}, ended: make(chan struct{}), pending: make(chan net.Conn, 1)}
	c.pending <- c
	server := milter.Server{
		NewMilter: c.judge.next,
		Actions:   milter.OptAddHeader | milter.OptChangeHeader | milter.OptQuarantine,
	}
	server.Serve(only{c})
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 || !strings.HasPrefix(os.Args[1], "inet:") {
		log.Fatal("usage: gomilter inet:PORT@HOST CONFIGURATION")
	}
	if err := load(os.Args[2]); err != nil {
		log.Fatal(err)
	}
	port, host, _ := strings.Cut(strings.TrimPrefix(os.Args[1], "inet:"), "@")
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		log.Fatal(err)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGUSR1)
	go func() {
		for received := range signals {
			if received == syscall.SIGTERM || received == syscall.SIGINT {
				listener.Close()
				return
			}
			if err := load(os.Args[2]); err != nil {
				log.Print(err)
			}
		}
	}()
	var connections sync.WaitGroup
	for {
		conn, err := listener.Accept()
		if err != nil {
			break
		}
		connections.Add(1)
		go func() {
			defer connections.Done()
			serve(conn)
		}()
	}
	connections.Wait()
}
