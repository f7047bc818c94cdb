namespace EmailAuth.Bimi;

/// <summary>Which picture the domain owner prefers where a mailbox provider also has personal ones: the <c>avp</c> tag.</summary>
internal enum BimiAvatarPreference
{
    /// <summary>The brand's indicator; what an absent tag means.</summary>
    Brand,

    /// <summary>The sender's personal picture, if there is one.</summary>
    Personal,
}
