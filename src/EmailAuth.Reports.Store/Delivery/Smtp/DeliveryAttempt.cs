namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>The outcome of an attempt to mail a report, with the reply. Immutable.</summary>
public sealed class DeliveryAttempt
{
    private const int MostCharacters = 300;

    private DeliveryAttempt(DeliveryAnswer answer, string text)
    {
        Answer = answer;

        // A host chooses what it replies: one line without control characters for status and log.
        var line = string.Concat(text.Take(MostCharacters).Select(static c => char.IsControl(c) ? ' ' : c));
        Text = line.Trim();
    }

    /// <summary>What became of it.</summary>
    public DeliveryAnswer Answer { get; }

    /// <summary>The reply of the host, or what went wrong, in one line of at most 300 characters.</summary>
    public string Text { get; }

    /// <summary>A host took the mail.</summary>
    /// <param name="text">Its reply.</param>
    public static DeliveryAttempt Sent(string text) => new(DeliveryAnswer.Sent, text);

    /// <summary>The address or the mail was refused for good.</summary>
    /// <param name="text">The reply.</param>
    public static DeliveryAttempt Refused(string text) => new(DeliveryAnswer.Refused, text);

    /// <summary>Nothing is decided.</summary>
    /// <param name="text">What went wrong.</param>
    public static DeliveryAttempt Deferred(string text) => new(DeliveryAnswer.Deferred, text);

    /// <summary>The answer and the reply.</summary>
    public override string ToString() => $"{Answer}: {Text}";
}
