using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using EmailAuth.Native.Configuration;
using EmailAuth.Native.Exports;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// What the C interface adds to a session: the same small message fed by managed calls, and through the entry points that C calls. No method
/// runs, so that the calls are what is measured. The way out of managed code and back in is in the second, which a caller in C does not pay.
/// </summary>
[MemoryDiagnoser]
public unsafe class NativeInteropBenchmarks
{
    private const int Fields = 20;
    private const int Chunks = 4;

    private static readonly byte[] Json = """{ "AuthservId": "mx.example.org", "Methods": [], "Dns": { "Zone": {} } }"""u8.ToArray();
    private static readonly byte[] Client = "192.0.2.1"u8.ToArray();
    private static readonly byte[] Helo = "mail.example.com"u8.ToArray();
    private static readonly byte[] MailFrom = "alice@example.com"u8.ToArray();
    private static readonly byte[] Name = "X-Field"u8.ToArray();
    private static readonly byte[] Value = Encoding.ASCII.GetBytes(" " + new string('x', 70));
    private static readonly byte[] Chunk = new byte[2560];

    private readonly AuthenticationPipeline _pipeline = ConfigurationReader.Read(Json).CreatePipeline();
    private nint _handle;

    [GlobalSetup]
    public void Setup()
    {
        nint handle;
        delegate* unmanaged<byte*, nuint, nint*, int> newPipeline = &PipelineExports.New;
        fixed (byte* json = Json)
        {
            Check(newPipeline(json, (nuint)Json.Length, &handle));
        }

        _handle = handle;
    }

    [Benchmark(Baseline = true)]
    public int Managed()
    {
        var session = _pipeline.BeginSession(IPAddress.Parse(Encoding.UTF8.GetString(Client)), Encoding.UTF8.GetString(Helo));
        session.SetMailFrom(Encoding.UTF8.GetString(MailFrom));
        for (var i = 0; i < Fields; i++)
        {
            session.AddHeaderField(Name, Value);
        }

        session.EndOfHeaders();
        for (var i = 0; i < Chunks; i++)
        {
            session.AppendBody(Chunk);
        }

        var outcome = session.CompleteAsync();
        var length = outcome.IsCompletedSuccessfully ? outcome.Result.HeaderValue.Length : throw new InvalidOperationException("Something waited.");
        var end = session.DisposeAsync();
        return end.IsCompletedSuccessfully ? length : throw new InvalidOperationException("Something still ran.");
    }

    [Benchmark]
    public int ThroughTheBorder()
    {
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint*, int> newSession = &SessionExports.New;
        delegate* unmanaged<nint, byte*, nuint, int> mailFrom = &SessionExports.MailFrom;
        delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int> header = &SessionExports.Header;
        delegate* unmanaged<nint, int> endOfHeaders = &SessionExports.EndOfHeaders;
        delegate* unmanaged<nint, byte*, nuint, int> body = &SessionExports.Body;
        delegate* unmanaged<nint, nint*, int> complete = &SessionExports.Complete;
        delegate* unmanaged<nint, byte**, nuint*, int> headerValue = &ResultExports.HeaderValue;
        delegate* unmanaged<nint, int> freeResult = &ResultExports.Free;
        delegate* unmanaged<nint, int> freeSession = &SessionExports.Free;
        nint session, result;
        byte* text;
        nuint length;
        fixed (byte* client = Client, helo = Helo, path = MailFrom, name = Name, value = Value, chunk = Chunk)
        {
            Check(newSession(_handle, client, (nuint)Client.Length, helo, (nuint)Helo.Length, &session));
            Check(mailFrom(session, path, (nuint)MailFrom.Length));
            for (var i = 0; i < Fields; i++)
            {
                Check(header(session, name, (nuint)Name.Length, value, (nuint)Value.Length));
            }

            Check(endOfHeaders(session));
            for (var i = 0; i < Chunks; i++)
            {
                Check(body(session, chunk, (nuint)Chunk.Length));
            }
        }

        Check(complete(session, &result));
        Check(headerValue(result, &text, &length));
        Check(freeResult(result));
        Check(freeSession(session));
        return (int)length;
    }

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"A call answered {status}.");
        }
    }
}
