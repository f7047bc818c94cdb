namespace EmailAuth.Inspection.Signatures;

/// <summary>What a search may still spend. Once it is spent, nothing more is tried.</summary>
internal sealed class SearchBudget(long maxTries, long maxBytes, CancellationToken cancellationToken)
{
    // To look at the token costs more than a short hash.
    private const int TriesBetweenLooks = 64;

    // How many octets may be read or written to make candidates, for each that may be hashed.
    private const int WorkOfByte = 4;

    private long _work;

    public long Tries { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Whether something was not tried because of a limit.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>What is left of the octets.</summary>
    public long BytesLeft => maxBytes - Bytes;

    /// <summary>Takes the cost of comparing candidates; false when it is too high, and then nothing is taken.</summary>
    /// <exception cref="OperationCanceledException">The caller ended the search.</exception>
    public bool TryTake(long bytes, long tries = 1)
    {
        if (IsSpent || Tries + tries > maxTries || Bytes + bytes > maxBytes)
        {
            IsSpent = true;
            return false;
        }

        if (Tries % TriesBetweenLooks == 0 || tries > 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        Tries += tries;
        Bytes += bytes;
        return true;
    }

    /// <summary>Takes the cost of making a candidate, whether or not it is hashed; false when that is too high.</summary>
    public bool TryWork(long octets)
    {
        if (IsSpent || _work + octets > maxBytes * WorkOfByte)
        {
            IsSpent = true;
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        _work += octets;
        return true;
    }

    /// <summary>Notes that a limit of another kind kept something from being tried.</summary>
    public void NoteSkipped() => IsSkipped = true;

    /// <summary>Whether a limit kept something from being tried.</summary>
    public bool IsIncomplete => IsSpent || IsSkipped;

    private bool IsSkipped { get; set; }
}
