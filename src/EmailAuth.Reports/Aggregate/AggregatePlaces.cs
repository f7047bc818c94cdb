namespace EmailAuth.Reports.Aggregate;

/// <summary>The places that findings name, as paths below <c>feedback</c>.</summary>
internal static class AggregatePlaces
{
    public const string Version = "version";
    public const string OrganizationName = "report_metadata/org_name";
    public const string Email = "report_metadata/email";
    public const string ExtraContactInfo = "report_metadata/extra_contact_info";
    public const string ReportId = "report_metadata/report_id";
    public const string Period = "report_metadata/date_range";
    public const string Error = "report_metadata/error";
    public const string Generator = "report_metadata/generator";
    public const string Policy = "policy_published";
    public const string PolicyDomain = "policy_published/domain";
    public const string Row = "record/row";
    public const string Source = "record/row/source_ip";
    public const string Count = "record/row/count";
    public const string Evaluated = "record/row/policy_evaluated";
    public const string Disposition = "record/row/policy_evaluated/disposition";
    public const string EvaluatedDkim = "record/row/policy_evaluated/dkim";
    public const string EvaluatedSpf = "record/row/policy_evaluated/spf";
    public const string Reason = "record/row/policy_evaluated/reason";
    public const string ReasonType = "record/row/policy_evaluated/reason/type";
    public const string ReasonComment = "record/row/policy_evaluated/reason/comment";
    public const string HeaderFrom = "record/identifiers/header_from";
    public const string EnvelopeFrom = "record/identifiers/envelope_from";
    public const string EnvelopeTo = "record/identifiers/envelope_to";
    public const string Dkim = "record/auth_results/dkim";
    public const string DkimDomain = "record/auth_results/dkim/domain";
    public const string Selector = "record/auth_results/dkim/selector";
    public const string DkimResult = "record/auth_results/dkim/result";
    public const string DkimHumanResult = "record/auth_results/dkim/human_result";
    public const string Spf = "record/auth_results/spf";
    public const string SpfDomain = "record/auth_results/spf/domain";
    public const string Scope = "record/auth_results/spf/scope";
    public const string SpfResult = "record/auth_results/spf/result";
    public const string SpfHumanResult = "record/auth_results/spf/human_result";
}
