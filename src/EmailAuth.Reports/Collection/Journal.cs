using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailAuth.Reports.Collection;

/// <summary>
/// Keeps collected messages in a folder until a store imports them (<see cref="JournalReader"/>). Adding a message copies it to memory; a thread of its own
/// writes to the disk. A fault of the disk stops no mail: it is logged and counted, and writing is tried again. Thread-safe.
/// </summary>
/// <remarks>
/// What <see cref="FlushAsync"/> has acknowledged survives the end of the process and, as far as the disk keeps its word, of the machine. A crash
/// loses at most what came in the last <see cref="JournalOptions.FlushInterval"/>.
/// </remarks>
public sealed class Journal : IAsyncDisposable
{
    // Waiting for the interval with more would cost memory for nothing.
    private const int EarlyFlushBytes = 1024 * 1024;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(10);

    private readonly JournalOptions _options;
    private readonly ILogger _logger;
    private readonly JournalWriter _writer;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WaitingRecords _filling = new();
    private WaitingRecords _writing = new();
    private List<TaskCompletionSource<bool>> _flushes = [];
    private long _fileBytes;
    private bool _isFull;
    private bool _isClosed;
    private long _dropped;
    private long _written;
    private long _failures;
    private string? _fault;
    private long _timestamp;
    private DateTimeOffset _clock;

    /// <summary>Begins a journal. The folder is opened by its thread: a folder that cannot be used is a fault of the journal, not an exception here.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="logger">Where faults are logged; null for nowhere.</param>
    /// <param name="after">A journal that is being closed, perhaps in the same folder: this one writes when it has ended. Null for none.</param>
    public Journal(JournalOptions options, ILogger<Journal>? logger = null, Journal? after = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _logger) = (options, (ILogger?)logger ?? NullLogger.Instance);
        _writer = new JournalWriter(options, _logger);
        (_timestamp, _clock) = (options.TimeProvider.GetTimestamp(), options.TimeProvider.GetUtcNow());
        _thread = new Thread(() => Run(after)) { IsBackground = true, Name = "EmailAuth journal" };
        _thread.Start();
        _timer = options.TimeProvider.CreateTimer(static wake => ((AutoResetEvent)wake!).Set(), _wake, TimeSpan.Zero, options.FlushInterval);
    }

    /// <summary>The messages that were dropped.</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>The messages that are on the disk.</summary>
    public long WrittenMessages => Interlocked.Read(ref _written);

    /// <summary>The attempts to write that failed.</summary>
    public long FailedFlushes => Interlocked.Read(ref _failures);

    /// <summary>Why the journal cannot be written at present; null when it can.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Adds a message. It takes about a microsecond and does no I/O.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Why the message was dropped, or <see cref="JournalDrop.None"/>.</returns>
    public JournalDrop Add(CollectedMessage message)
    {
        var content = CollectedMessageCodec.Encode(message);
        var (drop, isEarly) = (JournalDrop.TooLong, false);
        if (content.Length <= SegmentFormat.MaxContentBytes)
        {
            lock (_lock)
            {
                drop = Room(content.Length + SegmentFormat.RecordHeadBytes);
                if (drop == JournalDrop.None)
                {
                    var before = _filling.Length;
                    _filling.Add(content);
                    isEarly = before < EarlyFlushBytes && _filling.Length >= EarlyFlushBytes;
                }
                else if (drop == JournalDrop.JournalFull && !_isFull)
                {
                    (_isFull, isEarly) = (true, true);
                }
            }
        }

        if (drop != JournalDrop.None)
        {
            Interlocked.Increment(ref _dropped);
            JournalTelemetry.Dropped(drop);
        }

        if (isEarly)
        {
            _wake.Set();
        }

        return drop;
    }

    /// <summary>Writes what was added before this call.</summary>
    /// <returns>Whether it is on the disk. If not, it waits in memory, and is tried again.</returns>
    public Task<bool> FlushAsync()
    {
        var flush = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isClosed)
            {
                return Task.FromResult(false);
            }

            _flushes.Add(flush);
        }

        _wake.Set();
        return flush.Task;
    }

    /// <summary>Writes what waits, finishes the segment and gives the folder free. Messages that cannot be written are counted as dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_lock)
        {
            (isFirst, _isClosed) = (!_isClosed, true);
        }

        if (isFirst)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
            _wake.Set();
        }

        await _ended.Task.ConfigureAwait(false);
    }

    private JournalDrop Room(int length)
    {
        // The header and the closing record of the segment, and of the next one.
        const int Overhead = 2 * (SegmentFormat.HeaderBytes + SegmentFormat.RecordHeadBytes);
        var waiting = (long)_filling.Length + _writing.Length;
        return _isClosed ? JournalDrop.Closed
            : _isFull || _fileBytes + waiting + length + Overhead > _options.MaxBytes ? JournalDrop.JournalFull
            : waiting + length > _options.MaxWaitingBytes ? JournalDrop.NotWritten
            : JournalDrop.None;
    }

    private void Run(Journal? after)
    {
        after?._thread.Join();
        var isClosing = false;
        while (!isClosing)
        {
            _wake.WaitOne();
            List<TaskCompletionSource<bool>> flushes;
            lock (_lock)
            {
                isClosing = _isClosed;
                (flushes, _flushes) = (_flushes, []);
            }

            var isWritten = WriteAll();
            Try(NoticeRoom);
            Try(NoticeClock);
            if (isClosing)
            {
                Try(CountDropped);
                Finish();
            }

            foreach (var flush in flushes)
            {
                flush.SetResult(isWritten);
            }
        }

        _ended.SetResult();
    }

    private bool WriteAll()
    {
        try
        {
            _writer.Open();
            lock (_lock)
            {
                _fileBytes = _writer.FileBytes;
            }

            while (Take())
            {
                _writer.Write(_writing);
                var (count, length) = (_writing.Count, _writing.Length);
                lock (_lock)
                {
                    _fileBytes = _writer.FileBytes;
                    _writing.Clear();
                }

                Interlocked.Add(ref _written, count);
                Try(() => JournalTelemetry.Written(count, length));
            }

            bool isFull;
            lock (_lock)
            {
                isFull = _isFull;
            }

            _writer.Rotate(isFull);
            if (_fault is not null)
            {
                Volatile.Write(ref _fault, null);
                Try(() => JournalLog.WrittenAgain(_logger, _options.Folder, DroppedMessages));
            }

            return true;
        }
        catch (Exception exception)
        {
            // Of whatever kind it is: on this thread it would end the process, and with it the mail in progress.
            NoticeFault(exception);
            return false;
        }
    }

    private void NoticeFault(Exception exception)
    {
        Interlocked.Increment(ref _failures);
        Try(JournalTelemetry.Failed);
        var isNews = _fault is null;
        Volatile.Write(ref _fault, exception.Message);
        if (isNews)
        {
            Try(() => JournalLog.CannotWrite(_logger, _options.Folder, exception.Message, _options.MaxWaitingBytes));
        }
    }

    // The log and the listeners of the meter are the host's, and may throw, as on a full disk. On this thread an exception would end the process; between a
    // write and what notes it, the same messages would be written again.
    private static bool Try(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    // What an earlier attempt could not write comes first, into the same place.
    private bool Take()
    {
        lock (_lock)
        {
            if (_writing.Length == 0)
            {
                (_writing, _filling) = (_filling, _writing);
            }

            return _writing.Length > 0;
        }
    }

    // An importer deletes finished segments. Room for one message is not enough: the log would change from line to line.
    private void NoticeRoom()
    {
        bool isFull;
        lock (_lock)
        {
            isFull = _isFull;
        }

        if (!isFull)
        {
            return;
        }

        var bytes = _writer.Recount();
        var hasRoom = bytes <= _options.MaxBytes - (_options.MaxBytes / 8);
        if (_writer.NoticeFull(!hasRoom))
        {
            if (hasRoom)
            {
                JournalLog.RoomAgain(_logger, _options.Folder, DroppedMessages);
            }
            else
            {
                JournalLog.Full(_logger, _options.Folder, _options.MaxBytes);
            }
        }

        lock (_lock)
        {
            (_fileBytes, _isFull) = (bytes, !hasRoom);
        }
    }

    private void NoticeClock()
    {
        var (timestamp, clock) = (_options.TimeProvider.GetTimestamp(), _options.TimeProvider.GetUtcNow());
        var jump = clock - _clock - _options.TimeProvider.GetElapsedTime(_timestamp, timestamp);
        (_timestamp, _clock) = (timestamp, clock);
        if (jump.Duration() > ClockTolerance)
        {
            JournalLog.ClockJumped(_logger, (long)jump.TotalSeconds);
        }
    }

    private void CountDropped()
    {
        int count;
        lock (_lock)
        {
            count = _writing.Count + _filling.Count;
        }

        Interlocked.Add(ref _dropped, count);
        for (var i = 0; i < count; i++)
        {
            JournalTelemetry.Dropped(JournalDrop.NotWritten);
        }
    }

    private void Finish()
    {
        try
        {
            _writer.Finish();
        }
        catch (Exception exception)
        {
            NoticeFault(exception);
        }
        finally
        {
            _writer.Dispose();
        }
    }
}
