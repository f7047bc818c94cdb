using System.Text;
using EmailAuth.Native.Exports;

namespace EmailAuth.Native.Tests;

/// <summary>What the border adds to the managed heap, through the same entry points that C calls.</summary>
public unsafe class InteropMemoryTests
{
    [Fact]
    public void A_chunk_of_the_body_is_neither_copied_nor_boxed()
    {
        nint pipeline, session;
        var json = """{ "AuthservId": "mx.example.org", "Dns": { "Zone": {} } }"""u8;
        delegate* unmanaged<byte*, nuint, nint*, int> newPipeline = &PipelineExports.New;
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint*, int> newSession = &SessionExports.New;
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int> header = &SessionExports.Header;
        delegate* unmanaged<nint, int> endOfHeaders = &SessionExports.EndOfHeaders;
        delegate* unmanaged<nint, byte*, nuint, int> body = &SessionExports.Body;
        delegate* unmanaged<nint, int> freeSession = &SessionExports.Free;
        delegate* unmanaged<nint, int> freePipeline = &PipelineExports.Free;
        fixed (byte* text = json)
        {
            Assert.Equal(0, newPipeline(text, (nuint)json.Length, &pipeline));
        }

        Assert.Equal(0, newSession(pipeline, null, 0, null, 0, &session));
        fixed (byte* name = "From"u8)
        fixed (byte* value = " a@example.com"u8)
        {
            Assert.Equal(0, header(session, name, 4, value, nuint.MaxValue));
        }

        Assert.Equal(0, endOfHeaders(session));
        var chunk = new byte[1024 * 1024];
        fixed (byte* bytes = chunk)
        {
            Assert.Equal(0, body(session, bytes, (nuint)chunk.Length));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var status = body(session, bytes, (nuint)chunk.Length);
            Assert.Equal((0, 0), (status, GC.GetAllocatedBytesForCurrentThread() - before));
        }

        Assert.Equal(0, freeSession(session));
        Assert.Equal(0, freePipeline(pipeline));
    }

    [Fact]
    public void The_last_error_is_cut_between_characters_and_ends_in_NUL()
    {
        nint pipeline;
        delegate* unmanaged<byte*, nuint, nint*, int> newPipeline = &PipelineExports.New;
        delegate* unmanaged<byte*, nuint, nuint> lastError = &LibraryExports.GetLastError;
        var json = """{ "AuthservId": "a", "größe": 1 }"""u8;
        fixed (byte* text = json)
        {
            Assert.Equal((int)Status.Configuration, newPipeline(text, (nuint)json.Length, &pipeline));
        }

        var buffer = stackalloc byte[64];
        Assert.Equal((nuint)"größe: there is no such key"u8.Length, lastError(buffer, 4));
        Assert.Equal("gr", Encoding.UTF8.GetString(buffer, 2));
        Assert.Equal(0, buffer[2]);
        lastError(buffer, 64);
        Assert.StartsWith("größe: ", Encoding.UTF8.GetString(buffer, 20), StringComparison.Ordinal);
    }
}
