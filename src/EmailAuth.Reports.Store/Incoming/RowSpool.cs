using System.Text;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Keeps rows on the disk until their report is known to be usable, so that memory does not grow with the rows.</summary>
/// <remarks>Rows of the reports of a message come in the order of the reports, so that each report takes its number of rows.</remarks>
internal sealed class RowSpool : IAsyncDisposable
{
    private FileStream? _file;
    private BinaryWriter? _writer;
    private long _written;
    private long _taken;
    private long _position;

    public ValueTask AddAsync(AggregateRecord row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _file ??= Create();
        _writer ??= new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
        _writer.Write(IncomingText.Source(row.SourceAddress));
        _writer.Write(IncomingText.Domain(row.HeaderFrom));
        _writer.Write(row.Dkim == AlignedResult.Pass);
        _writer.Write(row.Spf == AlignedResult.Pass);
        _writer.Write(row.Disposition.Keyword());
        _writer.Write(IncomingText.Count(row.Count));

        // A signature that is there twice signs the messages once.
        var signatures = row.DkimResults.GroupBy(static result => (Domain: IncomingText.Domain(result.Domain), Selector: IncomingText.Of(result.Selector ?? string.Empty).ToLowerInvariant())).ToList();
        _writer.Write(signatures.Count);
        foreach (var signature in signatures)
        {
            _writer.Write(signature.Key.Domain);
            _writer.Write(signature.Key.Selector);
            _writer.Write(signature.Any(static result => result.Result == "pass") ? "pass" : IncomingText.Of(signature.First().Result));
        }

        _written++;
        return ValueTask.CompletedTask;
    }

    /// <summary>The next rows. They can be read several times until the next ones are taken.</summary>
    /// <param name="count">How many.</param>
    public Rows Take(long count)
    {
        var rows = new Rows(this, _position, Math.Min(count, _written - _taken));
        _taken += rows.Count;
        return rows;
    }

    /// <summary>Goes on after rows that are no longer needed.</summary>
    /// <param name="rows">What <see cref="Take"/> gave last.</param>
    public void Release(Rows rows)
    {
        foreach (var _ in rows.Read())
        {
        }

        if (_taken == _written)
        {
            Clear();
        }
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        if (_file is not null)
        {
            _writer!.Flush();
            _file.SetLength(0);
            _file.Position = 0;
        }

        (_written, _taken, _position) = (0, 0, 0);
    }

    public ValueTask DisposeAsync()
    {
        _writer?.Dispose();
        return _file?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private static FileStream Create()
    {
        // The rows have addresses of clients, which are not for every user of the machine.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 64 * 1024,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"emailauth-rows-{Guid.NewGuid():N}"), options);
    }

    /// <summary>Rows of one report.</summary>
    internal sealed class Rows(RowSpool spool, long position, long count)
    {
        public long Count { get; } = count;

        public IEnumerable<SpooledRow> Read()
        {
            if (Count == 0 || spool._file is not { } file)
            {
                yield break;
            }

            spool._writer!.Flush();
            file.Position = position;
            using (var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true))
            {
                for (var index = 0L; index < Count; index++)
                {
                    yield return SpooledRow.Read(reader);
                }
            }

            spool._position = file.Position;
            file.Seek(0, SeekOrigin.End);
        }
    }
}
