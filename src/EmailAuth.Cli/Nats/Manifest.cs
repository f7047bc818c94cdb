using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Nats;

/// <summary>What was submitted so far: a file with a JSON object a line, the first of which names the run. A run that was cut goes on from it.</summary>
internal sealed class Manifest : IAsyncDisposable
{
    private const int RunBytes = 8;

    // No line is longer: it has the name of a file.
    private const int MaxLine = 256 * 1024;

    private static ReadOnlySpan<byte> Start => "{\"run\":\""u8;

    private readonly Stream? _file;

    // What names the messages, in 16 bytes each: an archive has millions.
    private readonly HashSet<UInt128> _done = [];

    private Manifest(Stream? file, string run)
    {
        _file = file;
        Run = run;
    }

    /// <summary>The name of the run. It is in the id of each message, so that another run submits the same messages again.</summary>
    public string Run { get; }

    /// <summary>How many messages are in it.</summary>
    public int Count => _done.Count;

    /// <summary>Opens the file of a run, or begins a run.</summary>
    /// <param name="path">The file; null to keep nothing.</param>
    /// <param name="stream">The stream of the run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="CommandException">It cannot be read or written, is in use, or belongs to another stream.</exception>
    public static async Task<Manifest> OpenAsync(string? path, string stream, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return new Manifest(null, NewRun());
        }

        var file = Open(path);
        try
        {
            CutTornLine(path, file);
            var manifest = file.Length == 0 ? new Manifest(file, NewRun()) : await ReadAsync(path, file, stream, cancellationToken);
            if (file.Length == 0)
            {
                manifest.Write(json =>
                {
                    json.WriteString("run", manifest.Run);
                    json.WriteString("stream", stream);
                });
                await manifest.FlushAsync();
            }

            return manifest;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The id of a message in this run.</summary>
    public string IdOf(string name) => $"{Run}-{KeyOf(name):x32}";

    public bool Has(string name) => _done.Contains(KeyOf(name));

    /// <summary>Notes that the server has a message.</summary>
    public void Add(string name, StoredMessage stored)
    {
        _done.Add(KeyOf(name));
        Write(json =>
        {
            json.WriteString("name", name);
            json.WriteString("id", IdOf(name));
            json.WriteNumber("sequence", stored.Sequence);
        });
    }

    /// <summary>Notes that a message was not submitted. A further run tries it again.</summary>
    public void AddFailure(string name, string reason) => Write(json =>
    {
        json.WriteString("name", name);
        json.WriteString("error", reason);
    });

    public Task FlushAsync() => _file?.FlushAsync() ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string NewRun() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RunBytes));

    private static UInt128 KeyOf(string name) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static FileStream Open(string path)
    {
        try
        {
            // One run at a time: the file cannot be opened twice.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 64 * 1024);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Input, $"the manifest '{path}' cannot be used: {e.Message}", e);
        }
    }

    // A run that was killed leaves a part of a line. A file that is not a manifest stays whole.
    private static void CutTornLine(string path, FileStream file)
    {
        var length = (int)Math.Min(file.Length, MaxLine);
        var end = new byte[length];
        file.Seek(-length, SeekOrigin.End);
        file.ReadExactly(end);
        var last = Array.LastIndexOf(end, (byte)'\n');
        if (last != length - 1)
        {
            RequireStart(path, file);
            file.SetLength(file.Length - (length - 1 - last));
        }

        file.Seek(0, SeekOrigin.Begin);
    }

    private static void RequireStart(string path, FileStream file)
    {
        var start = new byte[Math.Min(file.Length, Start.Length)];
        file.Seek(0, SeekOrigin.Begin);
        file.ReadExactly(start);
        if (!Start.StartsWith(start))
        {
            throw new CommandException(ExitCode.Input, $"'{path}' is not a manifest: it does not begin as one; name another file");
        }
    }

    private static async Task<Manifest> ReadAsync(string path, FileStream file, string stream, CancellationToken cancellationToken)
    {
        var manifest = default(Manifest);
        await foreach (var line in LineReader.ReadAsync(file, cancellationToken))
        {
            try
            {
                using var json = JsonDocument.Parse(line.Bytes);
                var root = json.RootElement;
                if (manifest is null)
                {
                    var of = root.GetProperty("stream").GetString();
                    manifest = of == stream
                        ? new Manifest(file, RunOf(root.GetProperty("run").GetString()))
                        : throw new CommandException(ExitCode.Input, $"the manifest '{path}' is of the stream '{of}', not of '{stream}': name another file");
                }
                else if (root.TryGetProperty("id", out _))
                {
                    manifest._done.Add(KeyOf(root.GetProperty("name").GetString() ?? throw new FormatException("no name")));
                }
            }
            catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                throw new CommandException(ExitCode.Input, string.Create(CultureInfo.InvariantCulture, $"'{path}' is not a manifest: line {line.Number} cannot be read; name another file"), e);
            }
            finally
            {
                line.Release();
            }
        }

        file.Seek(0, SeekOrigin.End);
        return manifest ?? throw new CommandException(ExitCode.Input, $"'{path}' is not a manifest: it has no line; name another file");
    }

    // It becomes a part of the ids.
    private static string RunOf(string? text) =>
        text is { Length: RunBytes * 2 } && text.All(char.IsAsciiHexDigitLower) ? text : throw new FormatException("not the name of a run");

    private void Write(Action<Utf8JsonWriter> write)
    {
        if (_file is not null)
        {
            var line = JsonOutput.Text(
                json =>
                {
                    json.WriteStartObject();
                    write(json);
                    json.WriteEndObject();
                },
                JsonOutput.OneLine);
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }
}
