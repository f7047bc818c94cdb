namespace EmailAuth.Bimi;

/// <summary>What kind of mark a mark certificate vouches for (subject attribute 1.3.6.1.4.1.53087.1.13).</summary>
internal enum MarkType
{
    /// <summary>The certificate says nothing, or nothing known.</summary>
    Unknown,

    /// <summary>A registered trademark; a Verified Mark Certificate.</summary>
    RegisteredMark,

    /// <summary>A mark granted to a government body by law; a Verified Mark Certificate.</summary>
    GovernmentMark,

    /// <summary>A mark shown to have been in use for a time; a Common Mark Certificate.</summary>
    PriorUseMark,

    /// <summary>A registered trademark with permitted changes; a Common Mark Certificate.</summary>
    ModifiedRegisteredMark,

    /// <summary>A mark that was accepted provisionally; a Common Mark Certificate.</summary>
    ProvisionalMark,
}
