namespace EmailAuth.Inspection.Outcomes;

/// <summary>What to do about a cause. A code never changes its meaning; any version may add codes. The arguments are those of the cause.</summary>
public enum AdviceCode
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The sender: write one From field with one address.</summary>
    WriteOneFrom,

    /// <summary>The receiver: raise a limit.</summary>
    RaiseLimit,

    /// <summary>The reader: verify again later, or with another DNS server.</summary>
    Retry,

    /// <summary>The reader: give the address of the client.</summary>
    GiveAddress,

    /// <summary>The author domain: publish a DMARC record.</summary>
    PublishDmarc,

    /// <summary>The author domain: correct its DMARC record.</summary>
    CorrectDmarc,

    /// <summary>The receiver: trust these sealers, all of them.</summary>
    TrustSealers,

    /// <summary>The list: rewrite From, or seal the changed message.</summary>
    AskList,

    /// <summary>The forwarder: pass messages on unchanged, or seal them.</summary>
    AskForwarder,

    /// <summary>The reader: compare with a copy from the sender.</summary>
    CompareCopy,

    /// <summary>The reader: verify the message with the line ends that it had when it arrived.</summary>
    UseRawCopy,

    /// <summary>The signing domain: publish the key.</summary>
    PublishKey,

    /// <summary>The signing domain: sign with a longer key.</summary>
    ReplaceKey,

    /// <summary>The signing domain: correct the key record.</summary>
    CorrectKey,

    /// <summary>The signing domain: end the test of DKIM.</summary>
    EndTest,

    /// <summary>The reader: verify at the time of arrival.</summary>
    VerifyAtArrival,

    /// <summary>Both: check the clocks.</summary>
    CheckClocks,

    /// <summary>The signing domain: correct the program that signs.</summary>
    CorrectSigner,

    /// <summary>The signing domain: sign all that people see.</summary>
    SignAll,

    /// <summary>The author domain: sign its mail.</summary>
    SignMessages,

    /// <summary>The author domain: let the service sign with the author domain.</summary>
    SignAsAuthor,

    /// <summary>The author domain: use a bounce domain that is aligned.</summary>
    AlignBounces,

    /// <summary>The domain: list the client in SPF.</summary>
    ListClient,

    /// <summary>The domain: publish an SPF record.</summary>
    PublishSpf,

    /// <summary>The domain: correct its SPF record.</summary>
    CorrectSpf,
}
