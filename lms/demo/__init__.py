"""Marjani Home, a company that does not exist: an online store for home appliances with its own after-sales service."""
