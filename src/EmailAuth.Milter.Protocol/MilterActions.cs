namespace EmailAuth.Milter.Protocol;

/// <summary>What an MTA lets a milter do to a message, and what a milter says it may do (<c>SMFIF_*</c>).</summary>
[Flags]
public enum MilterActions : uint
{
    /// <summary>Nothing: the milter only answers.</summary>
    None = 0,

    /// <summary>Add and insert header fields.</summary>
    AddHeaders = 0x01,

    /// <summary>Replace the body.</summary>
    ChangeBody = 0x02,

    /// <summary>Add recipients.</summary>
    AddRecipients = 0x04,

    /// <summary>Delete recipients.</summary>
    DeleteRecipients = 0x08,

    /// <summary>Change and remove header fields.</summary>
    ChangeHeaders = 0x10,

    /// <summary>Hold messages.</summary>
    Quarantine = 0x20,

    /// <summary>Change the sender of the envelope.</summary>
    ChangeSender = 0x40,

    /// <summary>Add recipients with arguments of the RCPT command.</summary>
    AddRecipientsWithArguments = 0x80,

    /// <summary>Say which macros are wanted: <see cref="MilterConnectionOptions.Macros"/>. Asked for by itself.</summary>
    SetMacroList = 0x100,
}

/// <summary>The words for actions.</summary>
internal static class MilterActionText
{
    /// <summary>What a milter may not do, as the end of a sentence.</summary>
    public static string Describe(this MilterActions actions)
    {
        List<string> words = [];
        foreach (var (action, word) in (ReadOnlySpan<(MilterActions, string)>)
        [
            (MilterActions.AddHeaders, "add header fields"), (MilterActions.ChangeBody, "replace bodies"), (MilterActions.AddRecipients, "add recipients"),
            (MilterActions.DeleteRecipients, "delete recipients"), (MilterActions.ChangeHeaders, "change header fields"),
            (MilterActions.Quarantine, "hold messages (quarantine)"), (MilterActions.ChangeSender, "change senders"),
            (MilterActions.AddRecipientsWithArguments, "add recipients with arguments"), (MilterActions.SetMacroList, "ask for macros"),
        ])
        {
            if (actions.HasFlag(action))
            {
                words.Add(word);
            }
        }

        return string.Join(", ", words);
    }
}
