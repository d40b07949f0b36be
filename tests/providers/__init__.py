"""An identity provider as brokers have one, by allauth's own idp.oidc: a project and a process of its own."""
